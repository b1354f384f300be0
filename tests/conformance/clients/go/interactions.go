// The calls of interactions.
package main

import (
	"errors"

	"google.golang.org/genai/interactions/models/apierrors"
	"google.golang.org/genai/interactions/models/components"
	"google.golang.org/genai/interactions/models/interactions"
	"google.golang.org/genai/interactions/models/operations"
	"google.golang.org/genai/interactions/types/stream"
)

// What the driver tells of an interaction.
type seenInteraction struct {
	ID     string   `json:"id"`
	Status string   `json:"status"`
	Events []string `json:"events"`
}

func (r *run) interact() error {
	input := interactions.NewInteractionsInput(r.call.Prompt)
	model := interactions.CreateModelInteraction{
		Model:      interactions.Model(r.call.Model),
		Input:      &input,
		Stream:     &r.call.Stream,
		Background: r.call.Background,
	}
	if r.call.Previous != "" {
		model.PreviousInteractionID = &r.call.Previous
	}
	body := operations.NewCreateInteractionRequestBody(model)
	created, err := r.client.Interactions.Create(r.ctx, operations.CreateInteractionRequest{Body: body})
	if err != nil {
		return err
	}
	return r.see(created.Interaction, created.InteractionSSEStreamEvent)
}

func (r *run) readInteraction() error {
	request := operations.GetInteractionByIDRequest{ID: r.call.Name, Stream: &r.call.Stream}
	if r.call.After != "" {
		request.LastEventID = &r.call.After
	}
	got, err := r.client.Interactions.Get(r.ctx, request)
	if err != nil {
		return err
	}
	return r.see(got.Interaction, got.InteractionSSEStreamEvent)
}

func (r *run) cancelInteraction() error {
	request := operations.CancelInteractionByIDRequest{ID: r.call.Name}
	cancelled, err := r.client.Interactions.Cancel(r.ctx, request)
	if err != nil {
		return err
	}
	return r.see(cancelled.Interaction, nil)
}

func (r *run) deleteInteraction() error {
	_, err := r.client.Interactions.Delete(r.ctx, operations.DeleteInteractionRequest{ID: r.call.Name})
	return err
}

func (r *run) see(
	whole *interactions.Interaction,
	events *stream.EventStream[interactions.InteractionSSEStreamEvent],
) error {
	seen := &seenInteraction{Events: []string{}}
	r.answer.Interaction = seen
	if whole != nil {
		r.answer.Chunks = 1
		seen.Status = string(whole.Status)
		if whole.ID != nil {
			seen.ID = *whole.ID
		}
		if whole.OutputText != nil {
			r.answer.Text = *whole.OutputText
		}
		r.seeUsage(whole.Usage)
		return nil
	}
	defer events.Close()
	for events.Next() {
		r.answer.Chunks++
		event := events.Value().Data
		switch {
		case event.InteractionCreatedEvent != nil:
			r.seeInteraction(event.InteractionCreatedEvent.Interaction)
			seen.note(event.InteractionCreatedEvent.EventID)
		case event.InteractionCompletedEvent != nil:
			r.seeInteraction(event.InteractionCompletedEvent.Interaction)
			seen.note(event.InteractionCompletedEvent.EventID)
		case event.InteractionStatusUpdate != nil:
			seen.note(event.InteractionStatusUpdate.EventID)
		case event.StepStart != nil:
			seen.note(event.StepStart.EventID)
		case event.StepStop != nil:
			seen.note(event.StepStop.EventID)
		case event.StepDelta != nil:
			seen.note(event.StepDelta.EventID)
			if text := event.StepDelta.Delta.TextDelta; text != nil {
				r.answer.Text += text.Text
			}
		}
	}
	return events.Err()
}

func (r *run) seeInteraction(interaction interactions.InteractionSseEventInteraction) {
	r.answer.Interaction.ID = interaction.ID
	r.answer.Interaction.Status = string(interaction.Status)
	r.seeUsage(interaction.Usage)
}

func (r *run) seeUsage(usage *interactions.Usage) {
	if usage != nil && usage.TotalTokens != nil {
		r.answer.UsageTotal = int32(*usage.TotalTokens)
	}
}

func (seen *seenInteraction) note(id *string) {
	if id != nil {
		seen.Events = append(seen.Events, *id)
	}
}

// The HTTP status of an error of these calls: each has a type of its own for it.
func interactionStatus(err error) *int {
	var create *apierrors.CreateInteractionClientError
	var get *apierrors.GetInteractionByIDClientError
	var cancel *apierrors.CancelInteractionByIDClientError
	var remove *apierrors.DeleteInteractionClientError
	var other *apierrors.APIError
	switch {
	case errors.As(err, &create):
		return statusIn(create.HTTPMeta)
	case errors.As(err, &get):
		return statusIn(get.HTTPMeta)
	case errors.As(err, &cancel):
		return statusIn(cancel.HTTPMeta)
	case errors.As(err, &remove):
		return statusIn(remove.HTTPMeta)
	case errors.As(err, &other):
		return &other.StatusCode
	}
	return nil
}

func statusIn(meta components.HTTPMetadata) *int {
	if meta.Response == nil {
		return nil
	}
	return &meta.Response.StatusCode
}
