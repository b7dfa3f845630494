// How a frontend with Relay reads lists: it fetches the first page, then `@refetchable` makes queries for the others.

import { graphql } from 'relay-runtime'

export const page = graphql`
  query videosQuery($first: Int!) {
    ...videos_list @arguments(first: $first)
  }
`

export const videos = graphql`
  fragment videos_list on Query
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  )
  @refetchable(queryName: "videosPageQuery") {
    videos(first: $first, after: $after, last: $last, before: $before) @connection(key: "videos_videos") {
      edges {
        node {
          title
          ...videos_jobs @arguments(first: 5)
        }
      }
    }
  }
`

export const jobs = graphql`
  fragment videos_jobs on Video
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  )
  @refetchable(queryName: "videosJobsPageQuery") {
    jobs(first: $first, after: $after, last: $last, before: $before) @connection(key: "videos_jobs") {
      edges {
        node {
          status
        }
      }
    }
  }
`

export const viewerJobs = graphql`
  fragment videos_viewerJobs on Query
  @argumentDefinitions(
    first: { type: "Int" }
    after: { type: "String" }
    last: { type: "Int" }
    before: { type: "String" }
  )
  @refetchable(queryName: "videosViewerJobsPageQuery") {
    videoJobs(first: $first, after: $after, last: $last, before: $before) @connection(key: "videos_videoJobs") {
      edges {
        node {
          status
        }
      }
    }
  }
`
