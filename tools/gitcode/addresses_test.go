package gitcode_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAddresses checks that issues and comments are found by what a browser's
// address bar or a result shows.
func TestAddresses(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	for _, address := range []string{
		"https://gitcode.com/openharbor/portal/issues/13", "https://www.gitcode.com/openharbor/portal/issues/13?from=list#note_1",
		"https://atomgit.com/openharbor/portal/issues/13", "gitcode.com/openharbor/portal/issues/13", "openharbor/portal#13",
		"https://api.gitcode.com/api/v5/repos/openharbor/portal/issues/13", "https://test.gitcode.net/openharbor/portal/issues/13/",
	} {
		quoted, _ := json.Marshal(address)
		assert.EqualValues(t, 13, u.call("get_issue", `{"number":`+string(quoted)+`}`)["number"], address)
	}
	created := u.call("comment", `{"owner":"openharbor/portal","number":13,"body":"x"}`)
	id, _ := json.Marshal(created["id"])
	address := `"https://gitcode.com/openharbor/portal/issues/13#note_` + string(id) + `"`
	assert.Equal(t, "x", u.call("get_comment", `{"id":`+address+`}`)["body"])
	u.call("update_comment", `{"owner":"openharbor","id":`+address+`,"body":"y"}`)
	assert.Equal(t, "y", u.call("get_comment", `{"id":`+address+`}`)["body"])

	url, _ := json.Marshal(u.call("get_issue", `{`+portal+`,"number":13}`)["url"])
	rows := u.call("list_issue_comments", `{"owner":`+string(url)+`}`)["rows"]
	assert.NotEmpty(t, rows, "the address that a result contains")
	assert.Contains(t, u.fail("get_issue", `{"number":"https://gitcode.com/openharbor/portal/merge_requests/11"}`),
		"get_issue: not sent: number: ")
	assert.Contains(t, u.fail("update_issue", `{`+portal+`,"number":"openharbor/website#13","state":"closed"}`),
		`update_issue: not sent: repo is portal, but the address "openharbor/website#13" has website`)
}
