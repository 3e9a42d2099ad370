package gitcode_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestCommentsThatAreMissingAreCounted checks that an issue whose comments GitCode
// does not return does not look like one without comments.
func TestCommentsThatAreMissingAreCounted(t *testing.T) {
	t.Parallel()
	s := session(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/2/comments"):
			fmt.Fprint(w, `[{"id":7,"body":"c","user":{"login":"mei"}}]`)
		case strings.HasSuffix(r.URL.Path, "/comments"):
			fmt.Fprint(w, "[]")
		default:
			fmt.Fprint(w, `[{"id":101,"number":1,"comments":3},{"id":102,"number":2,"comments":4},{"id":103,"number":3}]`)
		}
	}), 60_000)
	assert.Equal(t, `{"rows":[{"number":1,"comments":3},{"number":2,"comments":[{"author":"mei","body":"c"}]},{"number":3}],`+
		`"cut":"GitCode returned 1 of 7 comments of #1, #2."}`,
		text(t, call(t, s, "list_repo_issues", `{"owner":"o","repo":"r","include":["comments"]}`)))
}
