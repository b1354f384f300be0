// Sends large bodies that are refused, through net/http. Input and output are those of refused.mjs.
package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
)

type refusedCase struct {
	Base      string
	Path      string
	Headers   map[string]string
	Mebibytes int
	Count     int
}

func send(c refusedCase, body []byte) any {
	request, err := http.NewRequest("POST", c.Base+c.Path, bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	for name, value := range c.Headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	var value any
	if err := json.NewDecoder(response.Body).Decode(&value); err != nil {
		return err.Error()
	}
	return response.StatusCode
}

func main() {
	var cases []refusedCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	outcomes := [][]any{}
	for _, c := range cases {
		body := bytes.Repeat([]byte("x"), c.Mebibytes*1024*1024)
		seen := []any{}
		for range c.Count {
			seen = append(seen, send(c, body))
		}
		outcomes = append(outcomes, seen)
	}
	if err := json.NewEncoder(os.Stdout).Encode(outcomes); err != nil {
		panic(err)
	}
}
