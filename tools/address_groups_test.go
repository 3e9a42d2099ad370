package tools_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

type projectRef struct {
	ID string `json:"id" jsonschema:"minLength=1"`
}

type iidRef struct {
	projectRef
	IssueIID int `json:"issue_iid" jsonschema:"minimum=1"`
}

type moveRef struct {
	iidRef
	ToProjectID string `json:"to_project_id"`
}

type globalRef struct {
	ID int64 `json:"id"`
}

// wharf is a forge whose projects are in groups.
func wharf(t testing.TB) *tools.Forge {
	t.Helper()
	return &tools.Forge{Client: newIdleClient(t), Name: "Wharf", Addresses: tools.Addresses{
		Hosts: []string{"wharf.test"}, API: "api/v4/projects/", Groups: "api/v4/groups/", Pages: []string{"issues", "work_items", "incidents"}, Comment: "#note_345",
	}}
}

func TestAddressesOfIssuesInGroups(t *testing.T) {
	t.Parallel()
	tool := repeaterOf[iidRef](wharf(t))
	want := iidRef{projectRef{"harbor/sub/portal"}, 12}
	for _, address := range []string{
		"https://wharf.test/harbor/sub/portal/-/issues/12",
		"http://WHARF.test:443/harbor/sub/portal/-/issues/12/?from=list#top",
		" https://www.wharf.test/harbor/sub/portal/-/issues/12#note_345\n",
		"https://wharf.test/harbor/sub/portal/-/work_items/12",
		"https://wharf.test/harbor/sub/portal/-/incidents/12#note_345",
		"https://wharf.test/harbor/sub/portal/-/issues/incident/12#note_345",
		"https://wharf.test/harbor/sub/portal/issues/incident/12",
		"https://wharf.test/harbor/sub/portal/issues/12",
		"https://wharf.test/h%61rbor/sub/portal.git/-/issues/12",
		"wharf.test/harbor/sub/portal/-/issues/12",
		"https://wharf.test/api/v4/projects/harbor%2Fsub%2Fportal/issues/12",
		"harbor/sub/portal#12",
		"harbor/sub/portal/-/issues/12",
		" harbor/sub/portal/-/work_items/12?a=b#note_345",
		"harbor%2fsub%2Fportal#12",
	} {
		a, _ := json.Marshal(address)
		for _, arguments := range []string{
			`{"id":` + string(a) + `}`,
			`{"issue_iid":` + string(a) + `}`,
			`{"id":` + string(a) + `,"issue_iid":` + string(a) + `}`,
			`{"id":"harbor/sub/portal","issue_iid":` + string(a) + `}`,
			`{"id":"Harbor%2Fsub%2Fportal","issue_iid":` + string(a) + `}`,
			`{"id":` + string(a) + `,"issue_iid":"#12"}`,
		} {
			got, message := repeat[iidRef](t, tool, arguments)
			require.Empty(t, message, arguments)
			got.ID = strings.ToLower(got.ID)
			assert.Equal(t, want, got, arguments)
		}
	}
	got, message := repeat[iidRef](t, tool, `{"issue_iid":"https://wharf.test/api/v4/projects/42/issues/12"}`)
	assert.Empty(t, message)
	assert.Equal(t, iidRef{projectRef{"42"}, 12}, got, "a number")
}

func TestAddressesOfProjectsAndGroups(t *testing.T) {
	t.Parallel()
	tool := repeaterOf[projectRef](wharf(t))
	for address, want := range map[string]string{
		"https://wharf.test/harbor/sub/portal":                          "harbor/sub/portal",
		"https://wharf.test/harbor/portal.git":                          "harbor/portal",
		"https://wharf.test/harbor/portal/-/issues/?state=closed":       "harbor/portal",
		"https://wharf.test/harbor/portal/issues":                       "harbor/portal",
		"https://wharf.test/harbor/issues":                              "harbor/issues",
		"https://wharf.test/harbor/sub/issues/incident/pier2":           "harbor/sub/issues/incident/pier2",
		"https://wharf.test/harbor":                                     "harbor",
		"https://wharf.test/groups/harbor":                              "harbor",
		"https://wharf.test/groups/harbor/sub/-/issues":                 "harbor/sub",
		"https://wharf.test/harbor/portal/-/issues/12":                  "harbor/portal",
		"https://wharf.test/api/v4/projects/harbor%2Fportal":            "harbor/portal",
		"https://wharf.test/api/v4/projects/harbor%2Fportal/issues?a=b": "harbor/portal",
		"https://wharf.test/api/v4/groups/harbor%2Fsub/issues":          "harbor/sub",
		"https://wharf.test/api/v4/groups/7":                            "7",
		"wharf.test/harbor":                                             "harbor",
		"harbor/sub/portal":                                             "harbor/sub/portal",
		" harbor%2Fsub%2Fportal ":                                       "harbor/sub/portal",
		"open.harbor/portal.js":                                         "open.harbor/portal.js",
		"pier.invalid/o/r":                                              "pier.invalid/o/r",
		"42":                                                            "42",
		" portal\n":                                                     "portal",
	} {
		got, message := repeat[projectRef](t, tool, `{"id":`+quoted(address)+`}`)
		require.Empty(t, message, address)
		assert.Equal(t, want, got.ID, address)
	}
	got, message := repeat[projectRef](t, tool, `{"id":42}`)
	assert.Empty(t, message)
	assert.Equal(t, "42", got.ID)
	global, message := repeat[globalRef](t, repeaterOf[globalRef](wharf(t)), `{"id":12}`)
	assert.Empty(t, message)
	assert.EqualValues(t, 12, global.ID, "a global id is no project")
	_, message = repeat[globalRef](t, repeaterOf[globalRef](wharf(t)), `{"id":"harbor/portal#12"}`)
	assert.NotContains(t, message, "has", "an address is no global id")
	assert.NotEmpty(t, message)
}

// TestAddressesOfTargetProjects checks that the project which an issue goes to does
// not become that of the issue.
func TestAddressesOfTargetProjects(t *testing.T) {
	t.Parallel()
	tool := repeaterOf[moveRef](wharf(t))
	for target, want := range map[string]string{
		`"https://wharf.test/harbor/docs"`:            "harbor/docs",
		`"https://wharf.test/harbor/docs/-/issues/3"`: "harbor/docs",
		`"harbor%2Fdocs"`:                             "harbor/docs",
		`"https://wharf.test/api/v4/projects/7"`:      "7",
		`7`:                                           "7",
	} {
		got, message := repeat[moveRef](t, tool, `{"id":"harbor/portal#12","to_project_id":`+target+`}`)
		require.Empty(t, message, target)
		assert.Equal(t, moveRef{iidRef{projectRef{"harbor/portal"}, 12}, want}, got, target)
	}
	_, message := repeat[moveRef](t, tool, `{"to_project_id":"https://wharf.test/harbor/docs/-/issues/3"}`)
	assert.Contains(t, message, "id")
	_, message = repeat[moveRef](t, tool, `{"id":"harbor/portal#12","to_project_id":"https://quay.test/o/r"}`)
	assert.Contains(t, message, `to_project_id: "https://quay.test/o/r" is not the address of a project`)
}

func TestAddressesInGroupsAreRejected(t *testing.T) {
	t.Parallel()
	const not = " is not the address of a project, a group or an issue of Wharf; accepted are https://wharf.test/GROUP/PROJECT/-/issues/12, the same with work_items or incidents or #note_345, GROUP/PROJECT#12 and GROUP/PROJECT"
	for arguments, want := range map[string]string{
		`{"id":"a/b","issue_iid":"https://wharf.test/a/c/-/issues/12"}`: `id is a/b, but the address "https://wharf.test/a/c/-/issues/12" has a/c`,
		`{"id":"a/b#12","issue_iid":13}`:                                `issue_iid is 13, but the address "a/b#12" has 12`,
		`{"id":42,"issue_iid":"a/b#12"}`:                                `id is 42, but the address "a/b#12" has a/b`,
		`{"issue_iid":"https://wharf.test/a/b"}`:                        `issue_iid: "https://wharf.test/a/b" has no issue number`,
	} {
		_, message := repeat[iidRef](t, repeaterOf[iidRef](wharf(t)), arguments)
		assert.Equal(t, "x: not sent: "+want, message, arguments)
	}
	for _, address := range []string{
		"https://quay.test/a/b/-/issues/12", "https://wharf.test@quay.test/a/b", "https://wharf.test.quay.test/a/b", "ftp://wharf.test/a/b", "quay.test/a/b/-/issues/12",
		"https://wharf.test/a/b/-/issues/0", "https://wharf.test/a/b/-/issues/new", "https://wharf.test/a/b/-/issues/9999999999999999999", "a/b#9999999999999999999", "a/b#0",
		"https://wharf.test/a/b/-/merge_requests/12", "https://wharf.test/a/b/-/tree/main", "https://wharf.test/a/-/issues/12", "https://wharf.test/groups/a/b/-/issues/12", "https://wharf.test/groups/a/-/epics/3",
		"https://wharf.test/", "https://wharf.test/groups", "https://wharf.test/-/profile", "https://wharf.test/a//b", "https://wharf.test/a/../b", "https://wharf.test/a%2Fb/c",
		"https://wharf.test/api/v4/issues/12", "https://wharf.test/api/v4/projects/", "https://wharf.test/api/v4/projects/a%2Fb/merge_requests/12", "https://wharf.test/api/v4/groups/a/issues/12",
		"https://wharf.test/api/v4/projects/%zz", "/a/b", "a//b", "../a/b", "a/..", "a/-/issues/12", "a/b#12#13",
	} {
		_, message := repeat[iidRef](t, repeaterOf[iidRef](wharf(t)), `{"id":`+quoted(address)+`,"issue_iid":12}`)
		assert.Equal(t, "x: not sent: id: "+quoted(address)+not, message, address)
	}
}

// TestCommentsInGroupsAreNotIssues checks that whoever pastes the address of a
// comment to change it does not change the issue instead.
func TestCommentsInGroupsAreNotIssues(t *testing.T) {
	t.Parallel()
	for effect, rejected := range map[tools.Effect]bool{tools.Reads: false, tools.Adds: false, tools.Changes: true, tools.Deletes: true} {
		tool := repeaterOf[iidRef](wharf(t))
		tool.Effect = effect
		got, message := repeat[iidRef](t, tool, `{"id":"https://wharf.test/a/b/-/issues/12#note_345"}`)
		if rejected {
			assert.Equal(t, `x: not sent: "https://wharf.test/a/b/-/issues/12#note_345" is the address of a comment, but x is about an issue; leave out what follows #`, message)
			continue
		}
		assert.Empty(t, message)
		assert.Equal(t, iidRef{projectRef{"a/b"}, 12}, got)
	}
}

// TestAddressesBelowARoot checks a forge that shares its host.
func TestAddressesBelowARoot(t *testing.T) {
	t.Parallel()
	forge := wharf(t)
	forge.Addresses.API, forge.Addresses.Groups, forge.Addresses.Root = "tools/lab/api/v4/projects/", "tools/lab/api/v4/groups/", "tools/lab/"
	tool := repeaterOf[iidRef](forge)
	for _, address := range []string{
		"harbor/sub/portal/-/issues/12", "https://wharf.test/tools/lab/harbor/sub/portal/-/issues/12", "https://wharf.test/tools/lab/harbor/sub/portal/issues/12",
		"https://wharf.test/tools/lab/api/v4/projects/harbor%2Fsub%2Fportal/issues/12", "harbor/sub/portal#12",
	} {
		got, message := repeat[iidRef](t, tool, `{"id":"`+address+`"}`)
		require.Empty(t, message, address)
		assert.Equal(t, iidRef{projectRef{"harbor/sub/portal"}, 12}, got, address)
	}
	for _, address := range []string{
		"https://wharf.test/harbor/sub/portal/-/issues/12", "https://wharf.test/tools/lab", "https://wharf.test/api/v4/projects/7/issues/12", "https://wharf.test/tools/lab/api/v4/issues/12",
	} {
		_, message := repeat[iidRef](t, tool, `{"id":"`+address+`"}`)
		assert.Contains(t, message, "accepted are https://wharf.test/tools/lab/GROUP/PROJECT/-/issues/12,", address)
	}
}

// TestAddressesOfGroupsNameTheirForge checks addresses of three forges of a server,
// in each of their tools.
func TestAddressesOfGroupsNameTheirForge(t *testing.T) {
	t.Parallel()
	depot := &tools.Forge{Client: newIdleClient(t), Name: "Depot", Addresses: depotAddresses}
	pier := &tools.Forge{Client: newIdleClient(t), Name: "Pier", Addresses: tools.Addresses{Hosts: []string{"pier.test"}, API: "repos/", Pages: []string{"issues", "pull"}}}
	group := wharf(t)
	all := []*tools.Forge{depot, pier, group}
	for name, test := range map[string]struct {
		tool      tools.Tool
		arguments string
		want      string
	}{
		"the first in groups":  {repeaterOf[iidRef](group), `{"id":"https://depot.test/o/r/issues/12"}`, `id: "https://depot.test/o/r/issues/12" is an address of Depot; use a tool of Depot`},
		"the second in groups": {repeaterOf[iidRef](group), `{"issue_iid":"pier.test/o/r/pull/12"}`, `issue_iid: "pier.test/o/r/pull/12" is an address of Pier; use a tool of Pier`},
		"only its project":     {repeaterOf[iidRef](group), `{"id":"pier.test/o/r","issue_iid":1}`, `id: "pier.test/o/r" is an address of Pier; use a tool of Pier`},
		"only its host":        {repeaterOf[iidRef](group), `{"id":"pier.test/o","issue_iid":1}`, `id: "pier.test/o" is not the address of a project, `},
		"in the first":         {repeaterOf[issueRef](depot), `{"owner":"https://wharf.test/a/b/c/-/issues/12"}`, `owner: "https://wharf.test/a/b/c/-/issues/12" is an address of Wharf; use a tool of Wharf`},
		"in the second":        {repeaterOf[issueNumberRef](pier), `{"owner":"wharf.test/a/b/c/-/issues/12"}`, `owner: "wharf.test/a/b/c/-/issues/12" is an address of Wharf; use a tool of Wharf`},
		"no host":              {repeaterOf[issueRef](depot), `{"owner":"a/b/c#12"}`, `owner: "a/b/c#12" is not the address of a repository, `},
		"a host and an owner":  {repeaterOf[issueRef](depot), `{"owner":"pier.test/o"}`, `"pier.test/o" is not the address of a repository, `},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result, _ := test.tool.Call(t.Context(), tools.Env{Forges: all}, json.RawMessage(test.arguments))
			require.True(t, result.IsError)
			content, ok := result.Content[0].(mcp.TextContent)
			require.True(t, ok)
			assert.True(t, strings.HasPrefix(content.Text, "x: not sent: "+test.want), content.Text)
		})
	}
}

// FuzzGroupAddress checks that no text makes a call panic, and that what is taken
// from an address names one project.
func FuzzGroupAddress(f *testing.F) {
	for _, address := range []string{"", "/", "a/b#1", "a%2Fb", "https://wharf.test/a/b/-/issues/1", "https://wharf.test/api/v4/projects/%2F/issues/1", "https://wharf.test/groups/-/a", "wharf.test/-", "https://[::1"} {
		f.Add(address)
	}
	tool := repeaterOf[moveRef](wharf(f))
	f.Fuzz(func(t *testing.T, text string) {
		got, message := repeat[moveRef](t, tool, `{"issue_iid":`+quoted(text)+`,"to_project_id":`+quoted(text)+`}`)
		if message == "" {
			assert.NotEmpty(t, got.ID)
			assert.NotEqual(t, "..", got.ID)
			assert.Positive(t, got.IssueIID)
		}
	})
}

func quoted(text string) string {
	raw, _ := json.Marshal(text)
	return string(raw)
}
