package gitcode_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func TestUpdateCommentReadsBack(t *testing.T) {
	t.Parallel()
	params := gitcode.UpdateCommentParams{CommentRef: gitcode.CommentRef{RepoRef: ref.RepoRef, ID: 5}, Body: "new\nbody"}
	const patched, read = `PATCH /repos/o/r/issues/comments/5 {"body":"new\nbody"}`, "GET /repos/o/r/issues/comments/5"
	for name, test := range map[string]struct {
		responses, requests []string
		body                gitcode.Text
		differs             bool
		readErr             rest.Class
	}{
		"in the response":          {[]string{`200 {"id":5,"body":"new\r\nbody "}`}, []string{patched}, "new\r\nbody ", false, ""},
		"no response":              {[]string{"204 ", `200 {"id":5,"body":"new\nbody"}`}, []string{patched, read}, "new\nbody", false, ""},
		"no body in the response":  {[]string{`200 {"id":5}`, `200 {"id":5,"body":"new\nbody"}`}, []string{patched, read}, "new\nbody", false, ""},
		"old body in the response": {[]string{`200 {"id":5,"body":"old"}`, `200 {"id":5,"body":"new\nbody"}`}, []string{patched, read}, "new\nbody", false, ""},
		"still the old body":       {[]string{"200 null", `200 {"id":5,"body":"old"}`}, []string{patched, read}, "old", true, ""},
		"reading back fails":       {[]string{"200 {}", "502 "}, []string{patched, read}, "", false, rest.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			change, err := newClient(t, s).UpdateComment(t.Context(), &params)
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.body, change.Comment.Body)
			assert.Equal(t, test.differs, change.Differs)
			if test.readErr != "" {
				assert.Equal(t, test.readErr, class(t, change.ReadErr))
			} else {
				assert.NoError(t, change.ReadErr)
			}
		})
	}
}
