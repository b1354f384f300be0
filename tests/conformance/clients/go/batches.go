// The calls of batches.
package main

import "google.golang.org/genai"

func init() {
	ops["createBatch"] = (*run).createBatch
	ops["createEmbeddingsBatch"] = (*run).createEmbeddingsBatch
	ops["getBatch"] = (*run).getBatch
	ops["listBatches"] = (*run).listBatches
	ops["cancelBatch"] = (*run).cancelBatch
	ops["deleteBatch"] = (*run).deleteBatch
	ops["downloadFile"] = (*run).downloadFile
}

func (r *run) createBatch() error {
	source := &genai.BatchJobSource{FileName: r.call.Name}
	for _, content := range r.contents() {
		request := &genai.InlinedRequest{Contents: []*genai.Content{content}}
		source.InlinedRequests = append(source.InlinedRequests, request)
	}
	return r.tellBatch(r.client.Batches.Create(r.ctx, r.call.Model, source, nil))
}

func (r *run) createEmbeddingsBatch() error {
	source := &genai.EmbeddingsBatchJobSource{FileName: r.call.Name}
	if r.call.Name == "" {
		source.InlinedRequests = &genai.EmbedContentBatch{Contents: r.contents()}
	}
	return r.tellBatch(r.client.Batches.CreateEmbeddings(r.ctx, &r.call.Model, source, nil))
}

func (r *run) getBatch() error {
	return r.tellBatch(r.client.Batches.Get(r.ctx, r.call.Name, nil))
}

func (r *run) listBatches() error {
	page, err := r.client.Batches.List(r.ctx, &genai.ListBatchJobsConfig{PageSize: r.call.PageSize})
	for err == nil {
		for _, batch := range page.Items {
			r.tellBatch(batch, nil)
		}
		page, err = page.Next(r.ctx)
	}
	return unlessDone(err)
}

func (r *run) cancelBatch() error {
	return r.client.Batches.Cancel(r.ctx, r.call.Name, nil)
}

func (r *run) deleteBatch() error {
	_, err := r.client.Batches.Delete(r.ctx, r.call.Name, nil)
	return err
}

func (r *run) downloadFile() error {
	file := &genai.File{DownloadURI: r.call.Name}
	bytes, err := r.client.Files.Download(r.ctx, genai.NewDownloadURIFromFile(file), nil)
	r.answer.Text = string(bytes)
	return err
}

func (r *run) contents() []*genai.Content {
	contents := []*genai.Content{}
	for _, text := range r.call.Texts {
		contents = append(contents, genai.NewContentFromText(text, genai.RoleUser))
	}
	return contents
}

func (r *run) tellBatch(batch *genai.BatchJob, err error) error {
	if err != nil {
		return err
	}
	told := resource{Name: batch.Name, Model: batch.Model, State: string(batch.State)}
	if batch.Dest != nil {
		told.Results = batch.Dest.FileName
		for _, item := range batch.Dest.InlinedEmbedContentResponses {
			r.answer.Embeddings = append(r.answer.Embeddings, item.Response.Embedding.Values)
		}
		for _, item := range batch.Dest.InlinedResponses {
			r.answer.Chunks++
			if item.Response != nil {
				r.answer.Text += item.Response.Text()
			} else if item.Error != nil {
				r.answer.Text += item.Error.Message
			}
		}
	}
	r.answer.Resources = append(r.answer.Resources, told)
	return nil
}
