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
	Stream     bool
	Prompt     string
	System     string
	PNG        []byte
	Schema     bool
	PageSize   int32
	Texts      []string
	TaskType   string
	Dimensions *int32
	Path       string
	Files      []resource
	Name       string
	Cache      string
	Store      string
	TTL        int64 `json:"ttlSeconds"`
	Previous   string
	Background *bool
	After      string
	Tools      bool
	Handle     *string
	Version    string
}

type clientError struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Status  *int   `json:"status,omitempty"`
}

type functionCall struct {
	Name string         `json:"name"`
	Args map[string]any `json:"args"`
}

// What the driver tells of a file, a cache or a batch.
type resource struct {
	Name       string `json:"name"`
	URI        string `json:"uri,omitempty"`
	MIMEType   string `json:"mimeType,omitempty"`
	SizeBytes  int64  `json:"sizeBytes,omitempty"`
	State      string `json:"state,omitempty"`
	Model      string `json:"model,omitempty"`
	ExpireTime string `json:"expireTime,omitempty"`
	Results    string `json:"results,omitempty"`
}

type clientResponse struct {
	Text          string         `json:"text"`
	Chunks        int            `json:"chunks"`
	FunctionCalls []functionCall `json:"functionCalls"`
	FinishReason  string         `json:"finishReason,omitempty"`
	BlockReason   string         `json:"blockReason,omitempty"`
	UsageTotal    int32          `json:"usageTotal,omitempty"`
	TotalTokens   int32          `json:"totalTokens,omitempty"`
	Models        []string       `json:"models,omitempty"`
	Embeddings    [][]float32    `json:"embeddings,omitempty"`
	Resources     []resource     `json:"resources,omitempty"`

	Interaction *seenInteraction `json:"interaction,omitempty"`

	Error *clientError `json:"error,omitempty"`
}

// One call, and the response that it fills in.
type run struct {
	ctx    context.Context
	client *genai.Client
	call   clientCall
	answer *clientResponse
}

var ops = map[string]func(*run) error{
	"generate":    (*run).generate,
	"tools":       (*run).tools,
	"count":       (*run).count,
	"list":        (*run).list,
	"get":         (*run).get,
	"embed":       (*run).embed,
	"upload":      (*run).upload,
	"listFiles":   (*run).listFiles,
	"getFile":     (*run).getFile,
	"deleteFile":  (*run).deleteFile,
	"createCache": (*run).createCache,
	"listCaches":  (*run).listCaches,
	"getCache":    (*run).getCache,
	"updateCache": (*run).updateCache,
	"deleteCache": (*run).deleteCache,

	"interact":        (*run).interact,
	"readInteraction": (*run).readInteraction,
	// It continues by itself.
	"continueInteraction": (*run).interact,
	"cancelInteraction":   (*run).cancelInteraction,
	"deleteInteraction":   (*run).deleteInteraction,

	"live":        (*run).live,
	"createToken": (*run).createToken,
}

func respond(line []byte) clientResponse {
	answer := clientResponse{FunctionCalls: []functionCall{}}
	if err := answer.fill(line); err != nil {
		answer.Error = &clientError{Type: fmt.Sprintf("%T", err), Message: err.Error()}
		var refused genai.APIError
		if errors.As(err, &refused) {
			answer.Error.Status = &refused.Code
		} else {
			answer.Error.Status = interactionStatus(err)
		}
	}
	return answer
}

func (answer *clientResponse) fill(line []byte) error {
	var call clientCall
	if err := json.Unmarshal(line, &call); err != nil {
		return err
	}
	ctx := context.Background()
	client, err := genai.NewClient(ctx, &genai.ClientConfig{
		APIKey:      call.APIKey,
		Backend:     genai.BackendGeminiAPI,
		HTTPOptions: genai.HTTPOptions{BaseURL: call.BaseURL, APIVersion: call.Version},
	})
	if err != nil {
		return err
	}
	op, ok := ops[call.Op]
	if !ok {
		return fmt.Errorf("this driver cannot %q", call.Op)
	}
	return op(&run{ctx, client, call, answer})
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
