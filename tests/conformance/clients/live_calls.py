"""The Live calls of google-genai (Python), and the ephemeral tokens that open sessions."""

from google.genai import types


class LiveCalls:
    """The calls of one run, which has `call`, `answer` and the `client`. They are asynchronous alone."""

    async def live(self, weather):
        """Says each text, and notes the model's turns."""
        config = types.LiveConnectConfig(response_modalities=["TEXT"])
        if self.call.get("tools"):
            config.tools = [weather]
        handle = self.call.get("handle")
        if handle is not None:
            config.session_resumption = types.SessionResumptionConfig(handle=handle or None)
        async with self.client.aio.live.connect(model=self.call["model"], config=config) as session:
            for text in self.call["texts"]:
                turn = types.Content(role="user", parts=[types.Part(text=text)])
                await session.send_client_content(turns=turn, turn_complete=True)
                await self._take_turn(session)
            if handle is not None:
                self._tell(name=await self._next_handle(session))

    async def create_token(self):
        token = await self.client.aio.auth_tokens.create(config={"uses": 1})
        self._tell(name=token.name)

    async def _take_turn(self, session):
        while True:
            message = await session._receive()
            self.answer["text"] += message.text or ""
            for call in message.tool_call.function_calls if message.tool_call else []:
                self.answer["functionCalls"].append({"name": call.name, "args": call.args})
                response = types.FunctionResponse(
                    id=call.id, name=call.name, response={"weather": "sunny"}
                )
                await session.send_tool_response(function_responses=[response])
            if not (message.server_content and message.server_content.turn_complete):
                continue
            # A turn that ends beside a call has another after it.
            if self.answer["functionCalls"] and "sunny" not in self.answer["text"]:
                continue
            self.answer["chunks"] += 1
            if message.usage_metadata:
                self.answer["usageTotal"] = message.usage_metadata.total_token_count
            return

    async def _next_handle(self, session):
        while True:
            update = (await session._receive()).session_resumption_update
            if update and update.resumable:
                return update.new_handle
