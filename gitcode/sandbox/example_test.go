package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox"
)

func ExampleNew() {
	server := httptest.NewServer(sandbox.New())
	defer server.Close()

	r, err := http.NewRequest(http.MethodGet, server.URL+sandbox.Prefix+"/repos/openharbor/portal/issues/4", nil)
	if err != nil {
		panic(err)
	}
	r.Header.Set("Authorization", "Bearer "+sandbox.Token)
	response, err := server.Client().Do(r)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	var issue struct{ Number, Title, State string }
	if err := json.NewDecoder(response.Body).Decode(&issue); err != nil {
		panic(err)
	}
	fmt.Printf("#%s %s (%s)\n", issue.Number, issue.Title, issue.State)
	// Output: #4 Dark mode: code blocks are unreadable (open)
}
