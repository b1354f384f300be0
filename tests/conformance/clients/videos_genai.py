"""Videos by google-genai up to 2.x, for driver_genai.py: later versions make none with an API key."""

from google.genai import types


class VideoRun:
    """The call; `self.models`, `self.operations` and `self.files` are called as those of the client's asynchronous half."""

    async def makeVideo(self):
        call = self.call
        request = {"model": call["model"], "prompt": call["prompt"]}
        if "path" in call:
            request["video"] = types.Video(uri=call["path"])
        operation = await self.models.generate_videos(**request)
        while not operation.done:
            operation = await self.operations.get(operation=operation)
        video = operation.response.generated_videos[0].video
        data = video.video_bytes or await self.files.download(file=video.uri)
        self._tell(name=operation.name, uri=video.uri)
        self.answer["text"] = data.decode("latin-1")

    extendVideo = makeVideo
