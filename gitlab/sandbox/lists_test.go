package sandbox

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFilters(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	id := strconv.Itoa
	epic, iteration := id(s.Groups[0].Epics[0].ID), id(s.Groups[0].Iterations[0].ID)
	for _, tt := range []struct {
		query string
		want  []int
	}{
		{"sort=asc", []int{1, 2, 3, 5, 6, 7, 8, 9, 10, 4, 11, 12, 13}},
		{"per_page=2", []int{13, 12}},
		{"state=closed", []int{7, 6, 5}},
		{"state=opened&per_page=1", []int{13}},
		{"iids[]=1&iids[]=3", []int{3, 1}},
		{"not[iids][]=1&not[iids][]=2&not[state]=closed&created_before=2026-09-08", []int{3}},
		{"labels=bug,area/timetable", []int{6, 1}},
		{"labels=None&state=opened", []int{9}},
		{"labels=any&created_before=2026-09-01", []int{1}},
		{"not[labels]=bug,feature,docs&state=opened", []int{13, 4, 9}},
		{"milestone=v2.1", []int{8, 2, 1}},
		{"milestone=2027+Q1", []int{13}},
		{"milestone=None&state=opened&labels=docs", []int{12}},
		{"milestone_id=Any&not[milestone]=v2.1", []int{13, 11, 6, 3}},
		{"assignee_id=None&state=opened", []int{12, 10, 9, 3}},
		{"assignee_id=7103", []int{6, 1}},
		{"assignee_username[]=olga&assignee_username[]=mateo", []int{13}},
		{"assignee_username=rhea", []int{11, 2}},
		{"not[assignee_username][]=devi&not[assignee_username][]=olga&labels=bug", []int{10, 8}},
		{"assignee_id=Any&not[assignee_id]=7102&state=opened", []int{11, 2, 1}},
		{"author_id=7105", []int{11, 7, 2}},
		{"author_username=stella", []int{9, 5}},
		{"not[author_username]=olga&not[iids][]=11&created_after=2026-10-10T00:00:00Z", []int{12, 4}},
		{"created_after=2026-11-01&created_before=2026-11-08T00:00:00Z", []int{12}},
		{"updated_after=2026-11-02T02:30:00Z", []int{13, 12}},
		{"updated_before=2026-09-08T00:00:00%2B08:00", []int{3, 2, 1}},
		{"confidential=true", []int{8}},
		{"issue_type=incident", []int{4}},
		{"search=timetable+NETWORK", []int{1}},
		{"search=network&in=description", []int{1}},
		{"search=csv&in=description", []int{}},
		{"search=memory&in=title,+description", []int{}},
		{"search=network&in=body", []int{1}},
		{"search=timetable&in=title&not[search]=csv", []int{4, 1}},
		{"weight=None&labels=bug", []int{10, 8}},
		{"weight=5", []int{1}},
		{"weight=Any&not[weight]=5&order_by=weight", []int{6, 2, 11, 13}},
		{"epic_id=" + epic, []int{11, 1}},
		{"epic_id=Any", []int{11, 1}},
		{"iteration_id=" + iteration, []int{13, 1}},
		{"iteration_title=Sprint+24", []int{13, 1}},
		{"not[iteration_id]=" + iteration + "&epic_id=any", []int{11}},
		{"my_reaction_emoji=thumbsup", []int{1}},
		{"my_reaction_emoji=Any", []int{1}},
		{"my_reaction_emoji=heart", []int{}},
		{"due_date=0&milestone=Someday", []int{11, 3}},
		{"due_date=any&order_by=due_date&sort=asc", []int{2, 13, 1, 12}},
		{"order_by=title&sort=asc&milestone=v2.1", []int{2, 8, 1}},
		{"order_by=popularity&per_page=1", []int{1}},
		{"order_by=milestone_due&sort=desc&per_page=1", []int{13}},
		{"order_by=updated_at&per_page=1", []int{13}},
		{"order_by=relative_position&per_page=2", []int{1, 2}},
		{"scope=assigned_to_me", []int{13, 2}},
		{"scope=created_by_me", []int{13, 3}},
		{"health_status=on_track&per_page=1", []int{13}},
	} {
		t.Run(tt.query, func(t *testing.T) {
			t.Parallel()
			got := s.get(portal + "/issues?" + tt.query)
			require.Equal(t, 200, got.StatusCode, got.body)
			assert.Equal(t, tt.want, got.iids())
		})
	}
}

func TestDueDates(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	today := time.Now().UTC()
	for name, days := range map[string]int{"today": 0, "tomorrow": 1, "overdue": -1, "next_month_and_previous_two_weeks": -10} {
		day := today.AddDate(0, 0, days).Format(time.DateOnly)
		s.do(Me, "PUT", "/projects/olga%2Fnotes/issues/1", "due_date="+day)
		assert.Equal(t, []int{1}, s.get("/projects/olga%2Fnotes/issues?due_date="+name).iids(), name)
		assert.Empty(t, s.get("/projects/olga%2Fnotes/issues?due_date=0").iids(), name)
	}
	for _, name := range []string{"week", "month"} {
		s.do(Me, "PUT", "/projects/olga%2Fnotes/issues/1", "due_date="+today.Format(time.DateOnly))
		assert.Equal(t, []int{1}, s.get("/projects/olga%2Fnotes/issues?due_date="+name).iids(), name)
		s.do(Me, "PUT", "/projects/olga%2Fnotes/issues/1", "due_date="+today.AddDate(0, 0, 40).Format(time.DateOnly))
		assert.Empty(t, s.get("/projects/olga%2Fnotes/issues?due_date="+name).iids(), name)
	}
}

func TestInvalidFilters(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for query, want := range map[string]string{
		"state=open":                              "state does not have a valid value",
		"sort=up":                                 "sort does not have a valid value",
		"order_by=number":                         "order_by does not have a valid value",
		"scope=mine":                              "scope does not have a valid value",
		"due_date=2026-12-01":                     "due_date does not have a valid value",
		"issue_type=bug":                          "issue_type does not have a valid value",
		"milestone_id=7":                          "milestone_id does not have a valid value",
		"iids[]=a":                                "iids is invalid",
		"confidential=maybe":                      "confidential is invalid",
		"author_id=rhea":                          "author_id is invalid",
		"created_after=yesterday":                 "created_after is invalid",
		"page=a":                                  "page is invalid",
		"weight=heavy":                            "weight should be an integer, 'None' or 'Any', however got heavy",
		"assignee_id=1&assignee_username=a":       "assignee_id, assignee_username are mutually exclusive",
		"author_id=1&author_username=a":           "author_id, author_username are mutually exclusive",
		"milestone=a&milestone_id=Any":            "milestone_id, milestone are mutually exclusive",
		"iteration_id=1&iteration_title=a":        "iteration_id, iteration_title are mutually exclusive",
		"not[author_id]=rhea":                     "not[author_id] is invalid",
		"not[author_id]=1&not[author_username]=a": "not[author_id], not[author_username] are mutually exclusive",
		"not[iids][]=a":                           "not[iids] is invalid",
	} {
		got := s.get(portal + "/issues?" + query)
		assert.Equal(t, 400, got.StatusCode, query)
		assert.Equal(t, want, got.member("error"), query)
	}
}

func TestScopesAndReferences(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	assert.Equal(t, []int{1, 13, 3}, s.get("/issues").iids(), "those that the user created")
	all := s.get("/issues?scope=all&per_page=100")
	assert.Len(t, all.iids(), 13+3+1+1+1)
	assert.Len(t, s.get("/issues?scope=all&per_page=100&non_archived=false").iids(), 13+3+1+1+1+1)
	assert.Len(t, s.do("stella", "GET", "/issues?scope=all&per_page=100", "").iids(), 12+3+1, "nothing private or confidential")
	assert.Len(t, s.get("/groups/harborlab/issues?per_page=100").iids(), 13+3+1+1)
	assert.Len(t, s.get("/groups/harborlab%2Ftools/issues").iids(), 3+1)
	assert.Equal(t, "cli#2", s.get("/groups/harborlab%2Ftools/issues?search=fish").member("references.relative"))
	assert.Equal(t, "harborlab/tools/net/proxy#1", s.get("/groups/harborlab%2Ftools/issues?per_page=1").member("references.relative"))
	assert.Equal(t, "#13", s.get(portal+"/issues").member("references.relative"))
	assert.Equal(t, "harborlab/portal#13", s.get("/issues?search=key").member("references.relative"))
	assert.Equal(t, []int{}, s.get("/projects/harborlab%2Fmirror/issues").iids(), "issues are turned off")
}

func TestLabelDetails(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	assert.Equal(t, []any{"area/timetable", "bug", "priority::1"}, s.get(portal+"/issues/1").member("labels"))
	assert.Equal(t, "#f0ad4e", s.get(portal+"/issues?iids[]=1&with_labels_details=true").member("labels.color"))
}

func TestPaging(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	got := s.get(portal + "/issues?state=all&per_page=5&page=2")
	for name, want := range map[string]string{"X-Total": "13", "X-Total-Pages": "3", "X-Page": "2", "X-Per-Page": "5", "X-Next-Page": "3", "X-Prev-Page": "1"} {
		assert.Equal(t, want, got.Header.Get(name), name)
	}
	for _, link := range []string{`page=1&per_page=5&state=all>; rel="prev"`, `page=3&per_page=5&state=all>; rel="next"`, `page=1&per_page=5&state=all>; rel="first"`, `page=3&per_page=5&state=all>; rel="last"`} {
		assert.Contains(t, got.Header.Get("Link"), link)
	}
	assert.Contains(t, got.Header.Get("Link"), "<"+s.url+Prefix+portal+"/issues?", "the path stays escaped")
	got = s.get(portal + "/issues?per_page=5&page=3")
	assert.Empty(t, got.Header.Get("X-Next-Page"))
	assert.Contains(t, got.Header, "X-Next-Page")
	assert.NotContains(t, got.Header.Get("Link"), "next")
	assert.Empty(t, s.get(portal+"/issues?page=9").iids())
	assert.Equal(t, "20", s.get(portal+"/issues?per_page=0&page=-1").Header.Get("X-Per-Page"))
	assert.Equal(t, "100", s.get(portal+"/issues?per_page=500").Header.Get("X-Per-Page"))
}

func TestUncountedList(t *testing.T) {
	t.Parallel()
	box := New()
	p := box.Projects[0]
	for range maxCounted + 1 - len(p.Issues) {
		box.addIssue(&issue{project: p, IID: p.LastIID + 1, Type: "issue", Author: Me, Created: p.Created, Updated: p.Created})
	}
	got := serve(t, box).get(portal + "/issues?per_page=1")
	assert.NotContains(t, got.Header, "X-Total")
	assert.NotContains(t, got.Header, "X-Total-Pages")
	assert.NotContains(t, got.Header.Get("Link"), "last")
	assert.Equal(t, "2", got.Header.Get("X-Next-Page"))
}

func TestLookups(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	assert.Equal(t, "Devi Ramanathan", s.get("/users?username=DEVI").member("name"))
	assert.Equal(t, []any{}, s.get("/users?username=nobody").value)
	assert.Equal(t, Me, s.get("/user").member("username"))
	assert.Nil(t, s.get("/user").member("is_admin"))
	assert.Equal(t, true, s.do("ada", "GET", "/user", "").member("is_admin"))
	byPath := s.get("/projects/harborlab%2Ftools%2Fcli")
	assert.Equal(t, "harborlab/tools/cli", byPath.member("path_with_namespace"))
	assert.Equal(t, byPath.body, s.get("/projects/"+strconv.Itoa(int(byPath.member("id").(float64)))).body)
	assert.Equal(t, "area/timetable", s.get(portal+"/labels?include_ancestor_groups=false").member("name"))
	assert.Equal(t, "bug", s.get(portal+"/labels?search=BUG").member("name"))
	assert.Equal(t, []any{}, s.get(portal+"/labels?search=bug&include_ancestor_groups=false").value)
	milestones := portal + "/milestones?title=2027+Q1"
	assert.Equal(t, []any{}, s.get(milestones).value)
	assert.Equal(t, "2027 Q1", s.get(milestones+"&include_parent_milestones=true").member("title"))
	assert.Equal(t, "v2.0", s.get(portal+"/milestones?state=closed").member("title"))
	assert.Equal(t, "Someday", s.get(portal+"/milestones?search=some").member("title"))
	assert.Equal(t, "v2.1", s.get(portal+"/milestones?iids[]=2").member("title"))
	assert.Equal(t, "devi/offline", s.get(portal+"/issues/1/closed_by").member("source_branch"))
	assert.Equal(t, []int{1, 2}, s.get(portal+"/issues/1/related_merge_requests").iids())
	assert.Equal(t, []int{2}, s.get(portal+"/issues/4/related_merge_requests").iids())
	assert.Equal(t, "rhea", s.get(portal+"/issues/1/participants").member("username"))
	assert.Len(t, s.get(portal+"/issues/1/participants").value, 3, "the author, the assignee and who commented")
}

func TestRenamedProject(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	got := s.get("/projects/harborlab%2Fgateway/issues?iids[]=1")
	assert.Equal(t, []int{1}, got.iids(), "the client follows the redirect")
	assert.Equal(t, Prefix+"/projects/"+s.projectID("harborlab/portal")+"/issues?iids[]=1", got.Request.URL.RequestURI())
	assert.Equal(t, "harborlab/portal", s.get("/projects/harborlab%2Fgateway").member("path_with_namespace"))
	got = s.do(Me, "POST", "/projects/harborlab%2Fgateway/issues", "title=New")
	assert.Equal(t, 405, got.StatusCode)
	assert.Equal(t, "Non GET methods are not allowed for moved projects", got.member("message"))
}
