"""Who the demo library belongs to, and what they ask first."""

from uuid import UUID

DEMO_USER = UUID("0198c5e2-a7b3-7c30-b1d4-e6f708192a3b")

FIRST_QUERY = """\
# Ctrl-Enter runs this query. Hover a name to read what it means.

query Library {
  viewer {
    videoCount
    storedBytes
  }
  videos(first: 20) {
    nodes {
      originalFilename
      status
      title
      metadata {
        extractedVideoDurationSeconds
        extractedVideoResolution
        extractedVideoFormat
        transcriptText
        subtitleFiles {
          language
          format
          url
        }
      }
      latestJob {
        progress
        errorCode
        errorMessage
        processingStages {
          name
          status
          message
        }
      }
      thumbnailFileUrl
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
"""
