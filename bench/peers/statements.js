// The statements of a selection: only the columns that are asked for, and to-one relations joined to their parents.
import { statement } from "./database.js";

const COLUMNS = {
  Video: {
    id: "id",
    uploaderUserId: "uploader_user_id",
    originalFilename: "original_filename",
    storagePath: "storage_path",
    contentType: "content_type",
    sizeBytes: "size_bytes",
    createdAt: "created_at",
    updatedAt: "updated_at",
  },
  VideoJob: {
    id: "id",
    status: "status",
    processingStages: "processing_stages",
    errorMessage: "error_message",
    errorCode: "error_code",
    attempt: "attempt",
    createdAt: "created_at",
    updatedAt: "updated_at",
    startedAt: "started_at",
    finishedAt: "finished_at",
  },
  VideoMetadata: {
    id: "id",
    version: "version",
    title: "title",
    description: "description",
    tags: "tags",
    extractedVideoDurationSeconds: "extracted_video_duration_seconds",
    extractedVideoResolution: "extracted_video_resolution",
    extractedVideoFormat: "extracted_video_format",
    createdAt: "created_at",
    updatedAt: "updated_at",
  },
};

// Fields that are made from others.
const MADE_FROM = {
  Video: { status: { latestJob: { status: {} } }, title: { metadata: { title: {} } } },
  VideoJob: { progress: { status: {}, processingStages: {} } },
  VideoMetadata: {},
};

// $1 is the viewer, everywhere; `page` are the parents.
const NEWEST = "ORDER BY created_at DESC, id DESC";
const TO_ONE = {
  Video: {
    latestJob: {
      type: "VideoJob",
      join: `LEFT JOIN LATERAL (
        SELECT * FROM video_jobs WHERE video_id = page.id AND uploader_user_id = $1 ${NEWEST} LIMIT 1
      ) "latestJob" ON true`,
    },
    metadata: {
      type: "VideoMetadata",
      join: `LEFT JOIN LATERAL (
        SELECT m.* FROM video_jobs j JOIN video_metadata m ON m.job_id = j.id AND m.uploader_user_id = $1
        WHERE j.video_id = page.id AND j.uploader_user_id = $1 AND j.status = 'COMPLETED'
        ORDER BY j.created_at DESC, j.id DESC LIMIT 1
      ) metadata ON true`,
    },
  },
  VideoJob: {
    metadata: {
      type: "VideoMetadata",
      join: "LEFT JOIN video_metadata metadata ON metadata.job_id = page.id AND metadata.uploader_user_id = $1",
    },
    video: {
      type: "Video",
      join: "JOIN videos video ON video.id = page.video_id AND video.uploader_user_id = $1",
    },
  },
  VideoMetadata: {},
};

/** videos(first: $2) */
export const videosPage = (selection) =>
  build("Video", selection, `SELECT * FROM videos WHERE uploader_user_id = $1 ${NEWEST} LIMIT $2`);

/** video(id: $2) */
export const videoById = (selection) =>
  build("Video", selection, "SELECT * FROM videos WHERE uploader_user_id = $1 AND id = $2");

/** videoJobs(first: $2, statuses: $3) */
export const jobsPage = (selection) =>
  build(
    "VideoJob",
    selection,
    `SELECT * FROM video_jobs
    WHERE uploader_user_id = $1 AND status = ANY ($3::processing_status[]) ${NEWEST} LIMIT $2`,
  );

/** jobs(first: $2) of the videos $3: one short index scan for each. */
export const jobsOfVideos = (selection) =>
  build(
    "VideoJob",
    selection,
    `SELECT jobs.* FROM unnest($3::uuid[]) AS videos (id) CROSS JOIN LATERAL (
      SELECT * FROM video_jobs WHERE video_id = videos.id AND uploader_user_id = $1 ${NEWEST} LIMIT $2
    ) jobs`,
    { videoId: "video_id" },
  );

function build(type, selection, rows, more = {}) {
  const own = withMadeFrom(type, selection);
  const columns = { ...columnsOf(type, own), ...more };
  const relations = Object.entries(TO_ONE[type]).filter(([name]) => name in own);
  const parts = [{ columns, table: "page" }];
  for (const [name, relation] of relations) {
    const fields = withMadeFrom(relation.type, own[name]);
    parts.push({ name, table: `"${name}"`, columns: columnsOf(relation.type, fields) });
  }
  const list = parts.flatMap(({ table, columns }) => Object.values(columns).map((column) => `${table}.${column}`));
  const joins = relations.map(([, relation]) => relation.join);
  const text = `SELECT ${list.join(", ")} FROM (${rows}) page ${joins.join(" ")}
    ORDER BY page.created_at DESC, page.id DESC`;
  return statement(text, shapeOf(parts));
}

function withMadeFrom(type, selection) {
  const all = { ...selection };
  for (const [field, needed] of Object.entries(MADE_FROM[type])) {
    if (!(field in selection)) continue;
    for (const [name, below] of Object.entries(needed)) all[name] = { ...all[name], ...below };
  }
  return all;
}

/** The columns of the fields that are selected, and always the id. */
function columnsOf(type, selection) {
  const entries = Object.entries(COLUMNS[type]).filter(([field]) => field === "id" || field in selection);
  return Object.fromEntries(entries);
}

/** A function from a row, an array, to an object with its relations. */
function shapeOf(parts) {
  let position = 0;
  const [own, ...related] = parts.map(({ name, columns }) => {
    const start = position;
    const fields = Object.keys(columns).map((field) => `${JSON.stringify(field)}: row[${position++}]`);
    return { name, start, text: fields.join(", ") };
  });
  const relations = related.map(({ name, start, text }) => `${name}: row[${start}] === null ? null : { ${text} }`);
  return new Function("row", `return { ${[own.text, ...relations].join(", ")} };`);
}
