"""The steps of processing. Each is a module with one function, `run`: a video in, columns of `video_metadata` out."""

from processing.stages.stage import SkipStageError, Stage, StageInput, StageResult, VideoFile

__all__ = ["SkipStageError", "Stage", "StageInput", "StageResult", "VideoFile"]
