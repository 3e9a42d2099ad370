package gitcode_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
)

// membersWith responds to the list of members with these usernames.
func membersWith(names ...string) fault.Fault {
	rows := make([]string, len(names))
	for n, name := range names {
		rows[n] = fmt.Sprintf(`{"id":"%d","username":%q,"name":"Member %d"}`, n, name, n)
	}
	return fault.Fault{Status: 200, Body: "[" + strings.Join(rows, ",") + "]"}
}

// TestAssigneesWhoAreNotListed checks that somebody who is missing in the list of
// members is rejected only if GitCode says that this is no member.
func TestAssigneesWhoAreNotListed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		assignee string
		asked    fault.Fault // how the question about one user ends
		says     string      // "" if the change is made
		requests int         // about one user
	}{
		"a member all the same": {"tomb", fault.Fault{}, "", 1},
		"no member":             {"guest", fault.Fault{}, `there is no member "guest" in openharbor/portal; it has "zhaoqian" and "sunli"`, 1},
		"nobody knows":          {"tomb", fault.Fault{Status: 403}, "", 1},
		"the token's owner":     {"linwei", fault.Fault{}, "", 0},
		"me":                    {"@me", fault.Fault{}, "", 0},
		"assigned already":      {"maria, sunli", fault.Fault{Status: 404}, "", 0},
		"several":               {"u1,u2,u3,u4,u5,u6,u7", fault.Fault{}, `There is no member "u5" in openharbor/portal; it has "zhaoqian" and "sunli"`, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarbor()
			h.do(t, http.MethodPatch, "/repos/openharbor/issues/6", `{"repo":"portal","assignee":"maria"}`, nil)
			requests := 0
			h.fail = func(_ *http.Request, line string) fault.Fault {
				switch {
				case strings.HasPrefix(line, "GET collaborators?"):
					return membersWith("zhaoqian", "sunli")
				case strings.HasPrefix(line, "GET collaborators/"):
					requests++
					return test.asked
				}
				return fault.Fault{}
			}
			u, err := h.client(t, nil).UpdateIssues(t.Context(), &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: []gitcode.IssuesChange{
				{Numbers: []int{4}, Assignee: &test.assignee}, {Numbers: []int{6}, State: "closed"},
			}})
			assert.Equal(t, test.requests, requests)
			if test.says != "" {
				assertNotSent(t, err)
				assert.ErrorContains(t, err, test.says)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, []string{"4 done", "6 done"}, outcomes(u))
		})
	}
}

// TestNewMembers checks that the list of members is read again before somebody is
// rejected.
func TestNewMembers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHarbor()
		members, lists := membersWith("sunli"), 0
		h.fail = func(_ *http.Request, line string) fault.Fault {
			switch {
			case strings.HasPrefix(line, "GET collaborators?"):
				lists++
				return members
			case strings.HasPrefix(line, "GET collaborators/"):
				return fault.Fault{Status: 404}
			}
			return fault.Fault{}
		}
		c := h.pipe(t, nil)
		u := update(t, c, false, gitcode.IssuesChange{Numbers: []int{4}, Assignee: new("sunli")})
		assert.Equal(t, []string{"4 done"}, outcomes(u))
		members = membersWith("sunli", "newcomer")
		time.Sleep(10 * time.Second)
		_, err := c.UpdateIssues(t.Context(), &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: []gitcode.IssuesChange{{Numbers: []int{4}, Assignee: new("newcomer")}}})
		require.NoError(t, err)
		assert.Equal(t, 2, lists)
		_, err = c.UpdateIssues(t.Context(), &gitcode.UpdateIssuesParams{RepoRef: portal, Changes: []gitcode.IssuesChange{{Numbers: []int{4}, Assignee: new("newcomers")}}})
		assertNotSent(t, err)
		assert.ErrorContains(t, err, `did you mean "newcomer"?`)
		assert.Equal(t, 2, lists, "it was just read")
	})
}
