// Videos.
package main

import "google.golang.org/genai"

func init() {
	ops["makeVideo"] = (*run).makeVideo
	ops["extendVideo"] = (*run).makeVideo
}

func (r *run) makeVideo() error {
	source := &genai.GenerateVideosSource{Prompt: r.call.Prompt}
	if r.call.Path != "" {
		source.Video = &genai.Video{URI: r.call.Path}
	}
	operation, err := r.client.Models.GenerateVideosFromSource(r.ctx, r.call.Model, source, nil)
	for err == nil && !operation.Done {
		operation, err = r.client.Operations.GetVideosOperation(r.ctx, operation, nil)
	}
	if err != nil {
		return err
	}
	video := operation.Response.GeneratedVideos[0].Video
	bytes := video.VideoBytes
	if len(bytes) == 0 {
		uri := genai.NewDownloadURIFromVideo(video)
		if bytes, err = r.client.Files.Download(r.ctx, uri, nil); err != nil {
			return err
		}
	}
	r.answer.Text = string(bytes)
	told := resource{Name: operation.Name, URI: video.URI}
	r.answer.Resources = append(r.answer.Resources, told)
	return nil
}
