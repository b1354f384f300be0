// The calls to models.
package main

import "google.golang.org/genai"

// The schema of an object with one string in it.
func objectSchema(field string) *genai.Schema {
	return &genai.Schema{
		Type:       genai.TypeObject,
		Properties: map[string]*genai.Schema{field: {Type: genai.TypeString}},
		Required:   []string{field},
	}
}

func (r *run) generate() error {
	config := &genai.GenerateContentConfig{CachedContent: r.call.Cache}
	if r.call.Store != "" {
		search := &genai.FileSearch{FileSearchStoreNames: []string{r.call.Store}}
		config.Tools = []*genai.Tool{{FileSearch: search}}
	}
	if r.call.System != "" {
		config.SystemInstruction = &genai.Content{Parts: []*genai.Part{{Text: r.call.System}}}
	}
	if r.call.Schema {
		config.ResponseMIMEType = "application/json"
		config.ResponseSchema = objectSchema("answer")
	}
	chat, err := r.client.Chats.Create(r.ctx, r.call.Model, config, nil)
	if err != nil {
		return err
	}
	return r.ask(chat, r.userParts())
}

var weather = &genai.Tool{
	FunctionDeclarations: []*genai.FunctionDeclaration{{
		Name:        "get_weather",
		Description: "The weather in a city.",
		Parameters:  objectSchema("city"),
	}},
}

func (r *run) tools() error {
	config := &genai.GenerateContentConfig{Tools: []*genai.Tool{weather}}
	chat, err := r.client.Chats.Create(r.ctx, r.call.Model, config, nil)
	if err != nil {
		return err
	}
	if err := r.ask(chat, r.userParts()); err != nil {
		return err
	}
	results := []*genai.Part{}
	for _, called := range r.answer.FunctionCalls {
		result := map[string]any{"weather": "sunny"}
		results = append(results, genai.NewPartFromFunctionResponse(called.Name, result))
	}
	r.answer.Text = ""
	return r.ask(chat, results)
}

func (r *run) count() error {
	counted, err := r.client.Models.CountTokens(r.ctx, r.call.Model, genai.Text(r.call.Prompt), nil)
	if err == nil {
		r.answer.TotalTokens = counted.TotalTokens
	}
	return err
}

func (r *run) list() error {
	config := &genai.ListModelsConfig{PageSize: r.call.PageSize}
	page, err := r.client.Models.List(r.ctx, config)
	for err == nil {
		for _, model := range page.Items {
			r.answer.Models = append(r.answer.Models, model.Name)
		}
		page, err = page.Next(r.ctx)
	}
	return unlessDone(err)
}

func (r *run) get() error {
	model, err := r.client.Models.Get(r.ctx, r.call.Model, nil)
	if err == nil {
		r.answer.Models = []string{model.Name}
	}
	return err
}

func (r *run) embed() error {
	contents := []*genai.Content{}
	for _, text := range r.call.Texts {
		contents = append(contents, genai.NewContentFromText(text, genai.RoleUser))
	}
	response, err := r.client.Models.EmbedContent(r.ctx, r.call.Model, contents, &genai.EmbedContentConfig{
		TaskType:             r.call.TaskType,
		OutputDimensionality: r.call.Dimensions,
	})
	if err != nil {
		return err
	}
	for _, embedding := range response.Embeddings {
		r.answer.Embeddings = append(r.answer.Embeddings, embedding.Values)
	}
	return nil
}

func (r *run) userParts() []*genai.Part {
	parts := []*genai.Part{{Text: r.call.Prompt}}
	if r.call.PNG != nil {
		parts = append(parts, genai.NewPartFromBytes(r.call.PNG, "image/png"))
	}
	for _, file := range r.call.Files {
		parts = append(parts, genai.NewPartFromURI(file.URI, file.MIMEType))
	}
	return parts
}

func (r *run) ask(chat *genai.Chat, parts []*genai.Part) error {
	if !r.call.Stream {
		response, err := chat.Send(r.ctx, parts...)
		if err == nil {
			r.note(response)
		}
		return err
	}
	for chunk, err := range chat.SendStream(r.ctx, parts...) {
		if err != nil {
			return err
		}
		r.note(chunk)
	}
	return nil
}

// Adds what one whole response, or one chunk of a stream, says.
func (r *run) note(response *genai.GenerateContentResponse) {
	r.answer.Chunks++
	if response.PromptFeedback != nil {
		r.answer.BlockReason = string(response.PromptFeedback.BlockReason)
	}
	if response.UsageMetadata != nil {
		r.answer.UsageTotal = response.UsageMetadata.TotalTokenCount
	}
	if len(response.Candidates) == 0 {
		return
	}
	candidate := response.Candidates[0]
	if candidate.FinishReason != "" {
		r.answer.FinishReason = string(candidate.FinishReason)
	}
	if candidate.Content == nil {
		return
	}
	for _, part := range candidate.Content.Parts {
		if !part.Thought {
			r.answer.Text += part.Text
		}
		if part.FunctionCall != nil {
			called := functionCall{Name: part.FunctionCall.Name, Args: part.FunctionCall.Args}
			r.answer.FunctionCalls = append(r.answer.FunctionCalls, called)
		}
	}
}
