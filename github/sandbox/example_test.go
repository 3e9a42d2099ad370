package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"gitcode.com/gitcode-mcp/gitcode-mcp/github/sandbox"
)

func ExampleNew() {
	server := httptest.NewServer(sandbox.New())
	defer server.Close()

	r, err := http.NewRequest(http.MethodGet, server.URL+sandbox.Prefix+"/repos/octoharbor/portal/issues/4", nil)
	if err != nil {
		panic(err)
	}
	r.Header.Set("Authorization", "Bearer "+sandbox.Token)
	response, err := server.Client().Do(r)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	var issue struct {
		Number       int
		Title, State string
	}
	if err := json.NewDecoder(response.Body).Decode(&issue); err != nil {
		panic(err)
	}
	fmt.Printf("#%d %s (%s)\n", issue.Number, issue.Title, issue.State)
	// Output: #4 Berth list shows times in the server's zone (open)
}
