"""The calls of file search stores by google-genai, for driver_genai.py."""

import asyncio
import io


class StoreRun:
    """The calls; `self.stores`, `self.documents` and `self.operations` are called as the asynchronous half's."""

    async def createStore(self):
        self._tell_stored(await self.stores.create(config={"display_name": self.call["prompt"]}))

    async def getStore(self):
        self._tell_stored(await self.stores.get(name=self.call["name"]))

    async def listStores(self):
        async for store in await self.stores.list(config={"page_size": self.call["pageSize"]}):
            self._tell_stored(store)

    async def deleteStore(self):
        await self.stores.delete(name=self.call["name"], config={"force": True})

    async def uploadDocument(self):
        call = self.call
        operation = await self.stores.upload_to_file_search_store(
            file_search_store_name=call["store"],
            file=call.get("path") or io.BytesIO(call["texts"][0].encode()),
            config={"mime_type": "text/plain", "display_name": "document"},
        )
        await self._tell_document(operation)

    async def importDocument(self):
        operation = await self.stores.import_file(
            file_search_store_name=self.call["store"], file_name=self.call["name"]
        )
        await self._tell_document(operation)

    async def listDocuments(self):
        config = {"page_size": self.call["pageSize"]}
        async for each in await self.documents.list(parent=self.call["store"], config=config):
            self._tell_stored(each)

    async def deleteDocument(self):
        await self.documents.delete(name=self.call["name"], config={"force": True})

    async def _tell_document(self, operation):
        """Polls an operation until it is done, and reads the document that it made."""
        while not operation.done:
            await asyncio.sleep(0.01)
            operation = await self.operations.get(operation=operation)
        self._tell_stored(await self.documents.get(name=operation.response.document_name))

    def _tell_stored(self, resource):
        state = getattr(resource, "state", None)
        size = getattr(resource, "size_bytes", None)
        self._tell(
            name=resource.name,
            mimeType=getattr(resource, "mime_type", None),
            sizeBytes=None if size is None else int(size),
            state=state and state.value,
        )
