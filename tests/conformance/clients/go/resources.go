// The calls to files and caches.
package main

import (
	"errors"
	"strings"
	"time"

	"google.golang.org/genai"
)

func (r *run) upload() error {
	config := &genai.UploadFileConfig{MIMEType: "text/plain"}
	if r.call.Path != "" {
		return r.tellFile(r.client.Files.UploadFromPath(r.ctx, r.call.Path, config))
	}
	return r.tellFile(r.client.Files.Upload(r.ctx, strings.NewReader(r.call.Texts[0]), config))
}

func (r *run) listFiles() error {
	page, err := r.client.Files.List(r.ctx, &genai.ListFilesConfig{PageSize: r.call.PageSize})
	for err == nil {
		for _, file := range page.Items {
			r.tellFile(file, nil)
		}
		page, err = page.Next(r.ctx)
	}
	return unlessDone(err)
}

func (r *run) getFile() error {
	return r.tellFile(r.client.Files.Get(r.ctx, r.call.Name, nil))
}

func (r *run) deleteFile() error {
	_, err := r.client.Files.Delete(r.ctx, r.call.Name, nil)
	return err
}

func (r *run) createCache() error {
	contents := []*genai.Content{}
	for _, text := range r.call.Texts {
		contents = append(contents, genai.NewContentFromText(text, genai.RoleUser))
	}
	return r.tellCache(r.client.Caches.Create(r.ctx, r.call.Model, &genai.CreateCachedContentConfig{
		Contents: contents,
		TTL:      time.Duration(r.call.TTL) * time.Second,
	}))
}

func (r *run) listCaches() error {
	page, err := r.client.Caches.List(r.ctx, &genai.ListCachedContentsConfig{PageSize: r.call.PageSize})
	for err == nil {
		for _, cache := range page.Items {
			r.tellCache(cache, nil)
		}
		page, err = page.Next(r.ctx)
	}
	return unlessDone(err)
}

func (r *run) getCache() error {
	return r.tellCache(r.client.Caches.Get(r.ctx, r.call.Name, nil))
}

func (r *run) updateCache() error {
	config := &genai.UpdateCachedContentConfig{TTL: time.Duration(r.call.TTL) * time.Second}
	return r.tellCache(r.client.Caches.Update(r.ctx, r.call.Name, config))
}

func (r *run) deleteCache() error {
	_, err := r.client.Caches.Delete(r.ctx, r.call.Name, nil)
	return err
}

func (r *run) tellFile(file *genai.File, err error) error {
	if err != nil {
		return err
	}
	told := resource{
		Name: file.Name, URI: file.URI, MIMEType: file.MIMEType, State: string(file.State),
	}
	if file.SizeBytes != nil {
		told.SizeBytes = *file.SizeBytes
	}
	r.answer.Resources = append(r.answer.Resources, told)
	return nil
}

func (r *run) tellCache(cache *genai.CachedContent, err error) error {
	if err != nil {
		return err
	}
	told := resource{
		Name: cache.Name, Model: cache.Model, ExpireTime: cache.ExpireTime.Format(time.RFC3339Nano),
	}
	r.answer.Resources = append(r.answer.Resources, told)
	return nil
}

// The last page has no next one: that is no failure.
func unlessDone(err error) error {
	if errors.Is(err, genai.ErrPageDone) {
		return nil
	}
	return err
}
