package gitcode_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func TestRangesAreChecked(t *testing.T) {
	t.Parallel()
	session := connect(t, newClient(t, http.NotFoundHandler(), api.Config{}), tools.Env{})
	for in, wrong := range map[string]struct{ tool, arguments string }{
		"2026-09-31..":           {"list_user_issues", `{"deadline":"2026-09-31.."}`},
		"2026-09-30..2026-09-01": {"list_user_issues", `{"schedule":"2026-09-30..2026-09-01"}`},
		"2026-09-01":             {"list_user_issues", `{"created_at":"2026-09-01"}`},
		"..":                     {"list_user_issues", `{"finished_at":".."}`},
		"today":                  {"list_org_issues", `{"org":"o","created_at":"today"}`},
		"..2026-02-30":           {"list_org_issues", `{"org":"o","created_at":"..2026-02-30"}`},
		"2026-02-30":             {"list_org_issues", `{"org":"o","created_at":"2026-02-30"}`},
		"2026-19-01":             {"list_org_issues", `{"org":"o","created_at":"2026-19-01"}`},
		"2026-02-30T10:00:00Z":   {"list_org_issues", `{"org":"o","created_at":"2026-02-30T10:00:00Z"}`},
	} {
		result := call(t, session, wrong.tool, wrong.arguments)
		assert.True(t, result.IsError, in)
		assert.Contains(t, text(t, result), `must have the form of 2026-09-01..2026-09-30, not "`+in+`" (`)
	}
	for _, date := range []string{"2026-02-30", "2026-19-01", "2026-09-01T00:00:00Z", "today"} {
		result := call(t, session, "list_enterprise_issues", `{"enterprise":"e","created_before":"`+date+`"}`)
		assert.Contains(t, text(t, result), `created_before must be a date like 2024-11-20, not "`+date+`" (`)
	}
}
