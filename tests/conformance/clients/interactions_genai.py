"""The calls of interactions by google-genai from 2.0 on, for driver_genai.py."""


class InteractionRun:
    """The calls; `self.interactions` is the synchronous half of the client, or the asynchronous one."""

    async def interact(self):
        call = self.call
        options = {"model": call["model"], "input": call["prompt"], "stream": call["stream"]}
        if "previous" in call:
            options["previous_interaction_id"] = call["previous"]
        if "background" in call:
            options["background"] = call["background"]
        await self._see(await awaited(self.interactions.create(**options)))

    # It continues by itself.
    continueInteraction = interact

    async def readInteraction(self):
        options = {"stream": self.call["stream"]}
        if "after" in self.call:
            options["last_event_id"] = self.call["after"]
        await self._see(await awaited(self.interactions.get(self.call["name"], **options)))

    async def cancelInteraction(self):
        await self._see(await awaited(self.interactions.cancel(self.call["name"])))

    async def deleteInteraction(self):
        await awaited(self.interactions.delete(self.call["name"]))

    async def _see(self, response):
        seen = self.answer["interaction"] = {"events": []}
        if hasattr(response, "status"):
            self.answer["chunks"] = 1
            seen.update(id=response.id, status=response.status)
            self._see_usage(response.usage)
            self.answer["text"] = response.output_text or ""
            return
        async for event in events_of(response):
            self.answer["chunks"] += 1
            if getattr(event, "event_id", None):
                seen["events"].append(event.event_id)
            if event.event_type in ("interaction.created", "interaction.completed"):
                seen.update(id=event.interaction.id, status=event.interaction.status)
                self._see_usage(event.interaction.usage)
            if event.event_type == "step.delta" and event.delta.type == "text":
                self.answer["text"] += event.delta.text

    def _see_usage(self, usage):
        if usage:
            self.answer["usageTotal"] = usage.total_tokens


async def awaited(result):
    return await result if hasattr(result, "__await__") else result


async def events_of(stream):
    if hasattr(stream, "__aiter__"):
        async for event in stream:
            yield event
    else:
        for event in stream:
            yield event
