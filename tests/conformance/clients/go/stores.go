// The calls of file search stores.
package main

import (
	"strings"
	"time"

	"google.golang.org/genai"
)

func init() {
	ops["createStore"] = (*run).createStore
	ops["getStore"] = (*run).getStore
	ops["listStores"] = (*run).listStores
	ops["deleteStore"] = (*run).deleteStore
	ops["uploadDocument"] = (*run).uploadDocument
	ops["importDocument"] = (*run).importDocument
	ops["listDocuments"] = (*run).listDocuments
	ops["deleteDocument"] = (*run).deleteDocument
}

func (r *run) createStore() error {
	config := &genai.CreateFileSearchStoreConfig{DisplayName: r.call.Prompt}
	return r.tellStore(r.client.FileSearchStores.Create(r.ctx, config))
}

func (r *run) getStore() error {
	return r.tellStore(r.client.FileSearchStores.Get(r.ctx, r.call.Name, nil))
}

func (r *run) listStores() error {
	config := &genai.ListFileSearchStoresConfig{PageSize: r.call.PageSize}
	page, err := r.client.FileSearchStores.List(r.ctx, config)
	for err == nil {
		for _, store := range page.Items {
			r.tellStore(store, nil)
		}
		page, err = page.Next(r.ctx)
	}
	return unlessDone(err)
}

func (r *run) deleteStore() error {
	config := &genai.DeleteFileSearchStoreConfig{Force: genai.Ptr(true)}
	return r.client.FileSearchStores.Delete(r.ctx, r.call.Name, config)
}

func (r *run) uploadDocument() error {
	stores := r.client.FileSearchStores
	config := &genai.UploadToFileSearchStoreConfig{MIMEType: "text/plain", DisplayName: "document"}
	var operation *genai.UploadToFileSearchStoreOperation
	var err error
	if r.call.Path != "" {
		operation, err = stores.UploadToFileSearchStoreFromPath(r.ctx, r.call.Path, r.call.Store, config)
	} else {
		reader := strings.NewReader(r.call.Texts[0])
		operation, err = stores.UploadToFileSearchStore(r.ctx, reader, r.call.Store, config)
	}
	for err == nil && !operation.Done {
		time.Sleep(10 * time.Millisecond)
		operation, err = r.client.Operations.GetUploadToFileSearchStoreOperation(r.ctx, operation, nil)
	}
	if err != nil {
		return err
	}
	return r.tellDocument(r.client.FileSearchStores.Documents.Get(r.ctx, operation.Response.DocumentName, nil))
}

func (r *run) importDocument() error {
	operation, err := r.client.FileSearchStores.ImportFile(r.ctx, r.call.Store, r.call.Name, nil)
	for err == nil && !operation.Done {
		time.Sleep(10 * time.Millisecond)
		operation, err = r.client.Operations.GetImportFileOperation(r.ctx, operation, nil)
	}
	if err != nil {
		return err
	}
	return r.tellDocument(r.client.FileSearchStores.Documents.Get(r.ctx, operation.Response.DocumentName, nil))
}

func (r *run) listDocuments() error {
	config := &genai.ListDocumentsConfig{PageSize: r.call.PageSize}
	page, err := r.client.FileSearchStores.Documents.List(r.ctx, r.call.Store, config)
	for err == nil {
		for _, document := range page.Items {
			r.tellDocument(document, nil)
		}
		page, err = page.Next(r.ctx)
	}
	return unlessDone(err)
}

func (r *run) deleteDocument() error {
	config := &genai.DeleteDocumentConfig{Force: genai.Ptr(true)}
	return r.client.FileSearchStores.Documents.Delete(r.ctx, r.call.Name, config)
}

func (r *run) tellStore(store *genai.FileSearchStore, err error) error {
	if err == nil {
		r.answer.Resources = append(r.answer.Resources, resource{Name: store.Name})
	}
	return err
}

func (r *run) tellDocument(document *genai.Document, err error) error {
	if err == nil {
		r.answer.Resources = append(r.answer.Resources, resource{
			Name:     document.Name,
			MIMEType: document.MIMEType,
			State:    string(document.State),
		})
	}
	return err
}
