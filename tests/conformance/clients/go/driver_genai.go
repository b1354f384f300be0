// Runs google.golang.org/genai for the conformance matrix. Each line of standard input is one call as
// JSON, each line of standard output its response; the shapes are ClientCall and ClientResponse in
// ../../client_call.ts.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"google.golang.org/genai"
)

type clientCall struct {
	Op         string
	BaseURL    string `json:"baseUrl"`
	APIKey     string `json:"apiKey"`
	Model      string
	Texts      []string
	TaskType   string
	Dimensions *int32
}

type clientError struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Status  *int   `json:"status,omitempty"`
}

type clientResponse struct {
	Text          string       `json:"text"`
	Chunks        int          `json:"chunks"`
	FunctionCalls []any        `json:"functionCalls"`
	Embeddings    [][]float32  `json:"embeddings,omitempty"`
	Error         *clientError `json:"error,omitempty"`
}

func embed(ctx context.Context, call clientCall) ([][]float32, error) {
	client, err := genai.NewClient(ctx, &genai.ClientConfig{
		APIKey:      call.APIKey,
		Backend:     genai.BackendGeminiAPI,
		HTTPOptions: genai.HTTPOptions{BaseURL: call.BaseURL},
	})
	if err != nil {
		return nil, err
	}
	contents := []*genai.Content{}
	for _, text := range call.Texts {
		contents = append(contents, genai.NewContentFromText(text, genai.RoleUser))
	}
	config := &genai.EmbedContentConfig{
		TaskType:             call.TaskType,
		OutputDimensionality: call.Dimensions,
	}
	response, err := client.Models.EmbedContent(ctx, call.Model, contents, config)
	if err != nil {
		return nil, err
	}
	vectors := [][]float32{}
	for _, embedding := range response.Embeddings {
		vectors = append(vectors, embedding.Values)
	}
	return vectors, nil
}

func respond(line []byte) clientResponse {
	result := clientResponse{FunctionCalls: []any{}}
	var call clientCall
	err := json.Unmarshal(line, &call)
	if err == nil && call.Op != "embed" {
		err = fmt.Errorf("this driver cannot %q", call.Op)
	}
	if err == nil {
		result.Embeddings, err = embed(context.Background(), call)
	}
	if err != nil {
		result.Error = &clientError{Type: fmt.Sprintf("%T", err), Message: err.Error()}
		var refused genai.APIError
		if errors.As(err, &refused) {
			result.Error.Status = &refused.Code
		}
	}
	return result
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64*1024*1024)
	output := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if err := output.Encode(respond(lines.Bytes())); err != nil {
			panic(err)
		}
	}
}
