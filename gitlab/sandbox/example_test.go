package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab/sandbox"
)

func ExampleNew() {
	server := httptest.NewServer(sandbox.New())
	defer server.Close()

	r, err := http.NewRequest(http.MethodGet, server.URL+sandbox.Prefix+"/projects/harborlab%2Fportal/issues/2", nil)
	if err != nil {
		panic(err)
	}
	r.Header.Set("PRIVATE-TOKEN", sandbox.Token)
	response, err := server.Client().Do(r)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	var issue struct {
		IID          int
		Title, State string
	}
	if err := json.NewDecoder(response.Body).Decode(&issue); err != nil {
		panic(err)
	}
	fmt.Printf("#%d %s (%s)\n", issue.IID, issue.Title, issue.State)
	// Output: #2 Screen readers skip the platform column (opened)
}
