// The Live calls, and the ephemeral tokens that open sessions.
package main

import (
	"strings"

	"google.golang.org/genai"
)

func (r *run) live() error {
	config := &genai.LiveConnectConfig{ResponseModalities: []genai.Modality{genai.ModalityText}}
	if r.call.Tools {
		config.Tools = []*genai.Tool{weather}
	}
	if r.call.Handle != nil {
		config.SessionResumption = &genai.SessionResumptionConfig{Handle: *r.call.Handle}
	}
	session, err := r.client.Live.Connect(r.ctx, r.call.Model, config)
	if err != nil {
		return err
	}
	defer session.Close()
	for _, text := range r.call.Texts {
		turns := []*genai.Content{genai.NewContentFromText(text, genai.RoleUser)}
		if err := session.SendClientContent(genai.LiveClientContentInput{Turns: turns}); err != nil {
			return err
		}
		if err := r.takeTurn(session); err != nil {
			return err
		}
	}
	if r.call.Handle == nil {
		return nil
	}
	for {
		message, err := session.Receive()
		if err != nil {
			return err
		}
		if update := message.SessionResumptionUpdate; update != nil && update.Resumable {
			r.answer.Resources = []resource{{Name: update.NewHandle}}
			return nil
		}
	}
}

// Notes the model's turn; the result of a function follows where one is called.
func (r *run) takeTurn(session *genai.Session) error {
	for {
		message, err := session.Receive()
		if err != nil {
			return err
		}
		if message.ToolCall != nil {
			if err := r.giveResults(session, message.ToolCall.FunctionCalls); err != nil {
				return err
			}
		}
		content := message.ServerContent
		if content == nil {
			continue
		}
		if content.ModelTurn != nil {
			for _, part := range content.ModelTurn.Parts {
				r.answer.Text += part.Text
			}
		}
		// A turn that ends beside a call has another after it.
		isCalling := len(r.answer.FunctionCalls) > 0 && !strings.Contains(r.answer.Text, "sunny")
		if !content.TurnComplete || isCalling {
			continue
		}
		r.answer.Chunks++
		if message.UsageMetadata != nil {
			r.answer.UsageTotal = message.UsageMetadata.TotalTokenCount
		}
		return nil
	}
}

func (r *run) giveResults(session *genai.Session, calls []*genai.FunctionCall) error {
	results := []*genai.FunctionResponse{}
	for _, called := range calls {
		r.answer.FunctionCalls = append(r.answer.FunctionCalls, functionCall{Name: called.Name, Args: called.Args})
		result := map[string]any{"weather": "sunny"}
		results = append(results, &genai.FunctionResponse{ID: called.ID, Name: called.Name, Response: result})
	}
	return session.SendToolResponse(genai.LiveToolResponseInput{FunctionResponses: results})
}

func (r *run) createToken() error {
	token, err := r.client.AuthTokens.Create(r.ctx, &genai.CreateAuthTokenConfig{Uses: genai.Ptr(int32(1))})
	if err == nil {
		r.answer.Resources = []resource{{Name: token.Name}}
	}
	return err
}
