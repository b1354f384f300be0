// Runs google.golang.org/genai in Vertex mode. Input and output are those of ../../vertex_mode.mjs.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"cloud.google.com/go/auth"
	"google.golang.org/genai"
)

type vertexModeCase struct {
	BaseURL string `json:"baseUrl"`
	Key     string
	Place   *struct{ Project, Location string }
	Models  struct{ Chat, Embeds, Predicts, Videos string }
}

// The gateway's key, in place of an access token of Google's.
type staticToken string

func (token staticToken) Token(context.Context) (*auth.Token, error) {
	return &auth.Token{Value: string(token)}, nil
}

func clientOf(ctx context.Context, c vertexModeCase) (*genai.Client, error) {
	config := &genai.ClientConfig{
		Backend:     genai.BackendVertexAI,
		HTTPOptions: genai.HTTPOptions{BaseURL: c.BaseURL},
	}
	if c.Place == nil {
		config.APIKey = c.Key
	} else {
		config.Project = c.Place.Project
		config.Location = c.Place.Location
		config.Credentials = auth.NewCredentials(&auth.CredentialsOptions{
			TokenProvider: staticToken(c.Key),
		})
	}
	return genai.NewClient(ctx, config)
}

// What a call gave, or the status of its error.
func outcomeOf[T any](outcome T, err error) any {
	var apiError genai.APIError
	if errors.As(err, &apiError) {
		return apiError.Code
	}
	if err != nil {
		panic(err)
	}
	return outcome
}

func main() {
	ctx := context.Background()
	var c vertexModeCase
	if err := json.NewDecoder(os.Stdin).Decode(&c); err != nil {
		panic(err)
	}
	client, err := clientOf(ctx, c)
	if err != nil {
		panic(err)
	}
	prompt := genai.Text("Say something made up")
	system := genai.NewContentFromText("Be short", genai.RoleUser)
	generate := func() (string, error) {
		config := &genai.GenerateContentConfig{SystemInstruction: system}
		response, err := client.Models.GenerateContent(ctx, c.Models.Chat, prompt, config)
		if err != nil {
			return "", err
		}
		return response.Text(), nil
	}
	stream := func() (string, error) {
		all := ""
		for chunk, err := range client.Models.GenerateContentStream(ctx, c.Models.Chat, prompt, nil) {
			if err != nil {
				return "", err
			}
			all += chunk.Text()
		}
		return all, nil
	}
	count := func() (int32, error) {
		config := &genai.CountTokensConfig{SystemInstruction: system}
		counted, err := client.Models.CountTokens(ctx, c.Models.Chat, prompt, config)
		if err != nil {
			return 0, err
		}
		return counted.TotalTokens, nil
	}
	list := func() ([]string, error) {
		names := []string{}
		for model, err := range client.Models.All(ctx) {
			if err != nil {
				return nil, err
			}
			names = append(names, model.Name)
		}
		return names, nil
	}
	get := func() (string, error) {
		model, err := client.Models.Get(ctx, c.Models.Chat, nil)
		if err != nil {
			return "", err
		}
		return model.Name, nil
	}
	embed := func(model string) ([]int, error) {
		config := &genai.EmbedContentConfig{
			TaskType:             "CLUSTERING",
			OutputDimensionality: genai.Ptr[int32](16),
		}
		response, err := client.Models.EmbedContent(ctx, model, genai.Text("a"), config)
		if err != nil {
			return nil, err
		}
		lengths := []int{}
		for _, embedding := range response.Embeddings {
			lengths = append(lengths, len(embedding.Values))
		}
		return lengths, nil
	}
	caches := func() (map[string]bool, error) {
		contents := genai.Text(strings.Repeat("x", 20_000))
		made, err := client.Caches.Create(ctx, c.Models.Chat, &genai.CreateCachedContentConfig{
			Contents: contents,
			TTL:      10 * time.Minute,
		})
		if err != nil {
			return nil, err
		}
		got, err := client.Caches.Get(ctx, made.Name, nil)
		if err != nil {
			return nil, err
		}
		listed := false
		for cache, err := range client.Caches.All(ctx) {
			if err != nil {
				return nil, err
			}
			listed = listed || cache.Name == made.Name
		}
		longer := &genai.UpdateCachedContentConfig{TTL: 2 * time.Hour}
		updated, err := client.Caches.Update(ctx, made.Name, longer)
		if err != nil {
			return nil, err
		}
		config := &genai.GenerateContentConfig{CachedContent: made.Name}
		used, err := client.Models.GenerateContent(ctx, c.Models.Chat, prompt, config)
		if err != nil {
			return nil, err
		}
		if _, err := client.Caches.Delete(ctx, made.Name, nil); err != nil {
			return nil, err
		}
		_, gone := client.Caches.Get(ctx, made.Name, nil)
		return map[string]bool{
			"got":     got.Name == made.Name,
			"listed":  listed,
			"updated": updated.ExpireTime.After(made.ExpireTime),
			"used":    used.UsageMetadata.CachedContentTokenCount > 0,
			"gone":    gone != nil,
		}, nil
	}
	video := func() (string, error) {
		source := &genai.GenerateVideosSource{Prompt: "A cat"}
		operation, err := client.Models.GenerateVideosFromSource(ctx, c.Models.Videos, source, nil)
		for err == nil && !operation.Done {
			operation, err = client.Operations.GetVideosOperation(ctx, operation, nil)
		}
		if err != nil {
			return "", err
		}
		made := operation.Response.GeneratedVideos[0].Video
		return made.URI + string(made.VideoBytes), nil
	}
	result := map[string]any{
		"generate": outcomeOf(generate()),
		"stream":   outcomeOf(stream()),
		"count":    outcomeOf(count()),
		"list":     outcomeOf(list()),
		"get":      outcomeOf(get()),
		"embed":    outcomeOf(embed(c.Models.Embeds)),
		"caches":   outcomeOf(caches()),
		"predict":  outcomeOf(embed(c.Models.Predicts)),
		"video":    outcomeOf(video()),
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		panic(err)
	}
}
