"""The calls of batches by google-genai, for driver_genai.py."""

from google.genai import types


class BatchRun:
    """The calls; `self.batches` and `self.files` are called as those of the client's asynchronous half."""

    async def createBatch(self):
        call = self.call
        src = call.get("name") or [types.InlinedRequest(contents=[text]) for text in self._contents()]
        self._tell_batch(await self.batches.create(model=call["model"], src=src))

    async def createEmbeddingsBatch(self):
        call = self.call
        src = types.EmbeddingsBatchJobSource(file_name=call.get("name"))
        if "name" not in call:
            src.inlined_requests = types.EmbedContentBatch(contents=self._contents())
        self._tell_batch(await self.batches.create_embeddings(model=call["model"], src=src))

    async def getBatch(self):
        self._tell_batch(await self.batches.get(name=self.call["name"]))

    async def listBatches(self):
        async for batch in await self.batches.list(config={"page_size": self.call["pageSize"]}):
            self._tell_batch(batch)

    async def cancelBatch(self):
        await self.batches.cancel(name=self.call["name"])

    async def deleteBatch(self):
        await self.batches.delete(name=self.call["name"])

    async def downloadFile(self):
        self.answer["text"] = (await self.files.download(file=self.call["name"])).decode()

    def _contents(self):
        texts = self.call["texts"]
        return [types.Content(role="user", parts=[types.Part(text=text)]) for text in texts]

    def _tell_batch(self, batch):
        dest = batch.dest
        self._tell(
            name=batch.name,
            model=batch.model,
            state=batch.state and batch.state.value,
            results=dest and dest.file_name,
        )
        if dest and dest.inlined_embed_content_responses:
            responses = dest.inlined_embed_content_responses
            self.answer["embeddings"] = [item.response.embedding.values for item in responses]
        for item in dest and dest.inlined_responses or []:
            self.answer["chunks"] += 1
            self.answer["text"] += item.response.text if item.response else item.error.message
