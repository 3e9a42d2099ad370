package sandbox_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestListRepoIssues(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for query, want := range map[string][]int{
		"":                                       {18, 17, 16, 15, 13, 12, 5, 4, 3, 2, 1},
		"state=open":                             {18, 17, 16, 15, 13, 12, 5, 4, 3, 2, 1},
		"state=closed":                           {14, 8, 7, 6},
		"state=all&direction=asc":                {1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17, 18},
		"labels=bug":                             {15, 4, 2, 1},
		"labels=BUG,help%20wanted":               {2},
		"labels=none%20at%20all":                 {},
		"milestone=2":                            {18, 13, 5, 2, 1},
		"milestone=none":                         {17, 15, 12, 4},
		"milestone=*&state=closed":               {14, 7},
		"assignee=hugh":                          {18, 1},
		"assignee=HUGH&milestone=2":              {18, 1},
		"assignee=none&labels=question":          {12},
		"assignee=*":                             {18, 16, 13, 5, 2, 1},
		"creator=Stan":                           {12, 4},
		"creator=stan&state=all":                 {12, 8, 6, 4},
		"mentioned=hugh":                         {18, 1},
		"mentioned=stan":                         {4},
		"type=bug":                               {15, 4, 2, 1},
		"type=none":                              {13, 12, 5},
		"type=*&milestone=3":                     {16, 3},
		"since=2026-10-19T09:09:00Z":             {18, 17, 16},
		"since=2026-10-19T11:09:01%2B02:00":      {18, 17},
		"since=2026-11-09":                       {18},
		"sort=updated&state=all&per_page=4":      {18, 17, 16, 15},
		"sort=comments&per_page=3":               {12, 1, 4},
		"sort=comments&direction=asc&per_page=2": {3, 5},
		"per_page=2&page=2":                      {16, 15},
		"page=9":                                 {},
		"page=0&per_page=0":                      {18, 17, 16, 15, 13, 12, 5, 4, 3, 2, 1},
		"page=x&per_page=x":                      {18, 17, 16, 15, 13, 12, 5, 4, 3, 2, 1},
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, want, c.in(t).get(list+"?"+query).numbers())
		})
	}
	for query, field := range map[string]string{
		"state=opened": "state", "sort=name": "sort", "direction=up": "direction", "since=yesterday": "since",
		"milestone=v3.1": "milestone", "milestone=99": "milestone", "assignee=nobody": "assignee", "creator=nobody": "creator", "mentioned=nobody": "mentioned",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			c.in(t).get(list+"?"+query).isInvalid(field, "invalid")
		})
	}
}

func TestListsAcrossRepositories(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct {
		user, path string
		want       []string // as repository#number
	}{
		{"octavia", "/issues", []string{"notes#1", "portal#18", "cli#3", "vault#1", "portal#5", "portal#2"}},
		{"octavia", "/issues?filter=created", []string{"notes#1", "portal#18", "portal#3"}},
		{"octavia", "/issues?filter=mentioned&state=all", []string{}},
		{"hugh", "/issues?filter=mentioned", []string{"portal#18", "portal#1"}},
		{"hugh", "/issues?filter=subscribed", []string{"portal#18", "portal#5", "portal#1", "attic#1"}},
		{"hugh", "/issues", []string{"portal#18", "portal#1", "attic#1"}},
		{"octavia", "/issues?owned=true", []string{"notes#1"}},
		{"octavia", "/issues?orgs=true&pulls=true", []string{"cli#3", "portal#5"}},
		{"octavia", "/issues?pulls=false&filter=assigned", []string{"notes#1", "portal#18", "vault#1", "portal#2"}},
		{"colin", "/issues?filter=repos&collab=true&direction=asc", []string{"cli#4", "cli#1", "cli#2", "cli#3"}},
		{"colin", "/issues?orgs=true", []string{}},
		{"stan", "/issues?filter=created&labels=enhancement", []string{"cli#2"}},
		{"stan", "/issues?filter=all", []string{}},
		{"remy", "/issues?filter=repos&labels=P1", []string{"portal#18", "vault#1", "portal#1"}},
		{"octavia", "/user/issues", []string{"notes#1"}},
		{"colin", "/user/issues?filter=all&sort=comments&per_page=1", []string{"cli#1"}},
		{"hugh", "/user/issues?filter=all", []string{}},
		{"hugh", "/orgs/OctoHarbor/issues", []string{"portal#18", "portal#1", "attic#1"}},
		{"remy", "/orgs/octoharbor/issues?filter=created&state=all&type=bug", []string{"portal#15", "portal#1"}},
		{"stan", "/orgs/octoharbor/issues?filter=created&since=2026-09-20", []string{"cli#2", "portal#12"}},
	} {
		t.Run(test.user+" "+test.path, func(t *testing.T) {
			t.Parallel()
			found := []string{}
			for _, row := range decode[[]map[string]any](c.in(t).as(test.user).get(test.path)) {
				repo := row["repository"].(map[string]any)
				assert.Equal(t, repo["url"], row["repository_url"])
				found = append(found, fmt.Sprintf("%s#%.0f", repo["name"], row["number"]))
			}
			assert.Equal(t, test.want, found)
		})
	}
	c.get("/issues?filter=mine").isInvalid("filter", "invalid")
	c.get("/issues?owned=yes").isInvalid("owned", "invalid")
	c.get("/user/issues?filter=mine").isInvalid("filter", "invalid")
	c.get("/orgs/octoharbor/issues?state=x").isInvalid("state", "invalid")
}

func TestLinks(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	page := func(n int, rel string) string {
		return fmt.Sprintf(`<%s/api/v3/repositories/910001/issues?labels=bug%%2CP1&page=%d&per_page=1&state=all>; rel=%q`, host, n, rel)
	}
	for query, want := range map[string]string{
		"":        page(2, "next") + ", " + page(3, "last"),
		"&page=2": page(1, "prev") + ", " + page(3, "next") + ", " + page(3, "last") + ", " + page(1, "first"),
		"&page=3": page(2, "prev") + ", " + page(1, "first"),
		"&page=9": page(3, "prev") + ", " + page(1, "first"),
	} {
		c.send("PATCH", list+"/2", `{"labels":["bug","P1"]}`)
		assert.Equal(t, want, c.get(list+"?state=all&labels=bug,P1&per_page=1"+query).Header().Get("Link"), query)
	}
	assert.NotContains(t, c.get(list).Header(), "Link")
	assert.NotContains(t, c.get(list+"?per_page=11").Header(), "Link")
	assert.Contains(t, c.get("/issues?per_page=1").Header().Get("Link"), "<"+host+"/api/v3/issues?page=2&per_page=1>; rel=\"next\"")
	assert.Contains(t, c.get("/repositories/910001/issues?per_page=1").Header().Get("Link"), "/api/v3/repositories/910001/issues?page=2")
	assert.Contains(t, c.get("/repositories/910001/assignees?per_page=9").Header().Get("Link"), "/api/v3/repositories/910001/assignees?page=2")
}

func TestLargePages(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for range 100 {
		require.Equal(t, 201, c.send("POST", list, `{"title":"New"}`).Code)
	}
	assert.Len(t, c.get(list).numbers(), 30)
	assert.Len(t, c.get(list+"?per_page=100").numbers(), 100)
	assert.Len(t, c.get(list+"?per_page=1000").numbers(), 100)
	assert.Contains(t, c.get(list+"?per_page=1000").Header().Get("Link"), `page=2&per_page=1000>; rel="next"`)
}

func TestAssignees(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	assert.Len(t, c.get(portal+"/assignees").column("login"), 14)
	assert.Equal(t, []any{"hugh"}, c.get(portal+"/assignees?per_page=1&page=2").column("login"))
	assert.Equal(t, []any{"octavia", "hugh", "tess", "colin"}, c.as("stan").get(cli+"/assignees").column("login"))
	c.as("stan").get(vault+"/assignees").isError(404, "Not Found")
	for login, status := range map[string]int{"octavia": 204, "REMY": 204, "crew-10": 204, "colin": 404, "stan": 404, "nobody": 404} {
		assert.Equal(t, status, c.get(portal+"/assignees/"+login).Code, login)
	}
	c.get(portal + "/assignees/remy").isEmpty(204)
	c.get("/repos/octoharbor/none/assignees/remy").isError(404, "Not Found")

	for _, test := range []struct {
		name, user, method, body string
		want                     []string
	}{
		{"add", "hugh", "POST", `{"assignees":["Octavia","HUGH"]}`, []string{"hugh", "octavia"}},
		{"add people who cannot be assigned", "hugh", "POST", `{"assignees":["stan","nobody","tess"]}`, []string{"hugh", "tess"}},
		{"add too many", "hugh", "POST", `{"assignees":["crew-01","crew-02","crew-03","crew-04","crew-05","crew-06","crew-07","crew-08","crew-09","crew-10"]}`, []string{"hugh", "crew-01", "crew-02", "crew-03", "crew-04", "crew-05", "crew-06", "crew-07", "crew-08", "crew-09"}},
		{"add objects", "hugh", "POST", `{"assignees":[{"login":"tess"}]}`, []string{"hugh", "tess"}},
		{"add nobody", "hugh", "POST", ``, []string{"hugh"}},
		{"add without write access", "stan", "POST", `{"assignees":["octavia"]}`, []string{"hugh"}},
		{"remove", "octavia", "DELETE", `{"assignees":["Hugh","tess"]}`, []string{}},
		{"remove nobody", "octavia", "DELETE", ``, []string{"hugh"}},
		{"remove without write access", "tess", "DELETE", `{"assignees":["hugh"]}`, []string{"hugh"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t).as(test.user)
			r := c.send(test.method, list+"/1/assignees", test.body)
			assert.Equal(t, map[string]int{"POST": 201, "DELETE": 200}[test.method], r.Code)
			assert.Equal(t, test.want, logins(r.object()["assignees"]))
			assert.Equal(t, test.want, logins(c.get(list + "/1").object()["assignees"]))
		})
	}
	c.send("POST", list+"/1/assignees", `{"assignees":"hugh"}`).isError(422, "For 'properties/assignees'")
	c.send("POST", list+"/1/assignees", `{"assignees":[7]}`).isError(422, "Assignees must be")
}

func TestComments(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	comments := list + "/1/comments"
	assert.Equal(t, []any{"Yes, `client_max_body_size` of the ingress. A fix is in #5.", "Thanks! Until then I split the files."}, c.get(comments).column("body"))
	assert.Equal(t, []any{"2026-08-31T10:02:00Z"}, c.get(comments+"?since=2026-08-31T10:00:00Z").column("created_at"))
	assert.Equal(t, []any{"2026-08-31T10:02:00Z"}, c.get(comments+"?per_page=1&page=2").column("created_at"))
	assert.Contains(t, c.get(comments+"?per_page=1").Header().Get("Link"), "/api/v3/repositories/910001/issues/1/comments?page=2&per_page=1>")
	c.get(comments+"?since=x").isInvalid("since", "invalid")

	r := c.as("stan").send("POST", comments, `{"body":"Me too, @tess"}`)
	assert.Equal(t, 201, r.Code)
	created := r.object()
	assert.Equal(t, created["url"], r.Header().Get("Location"))
	assert.Equal(t, "stan", created["user"].(map[string]any)["login"])
	assert.Equal(t, host+"/api/v3"+list+"/1", created["issue_url"])
	assert.EqualValues(t, 3, c.get(list + "/1").object()["comments"])
	assert.Len(t, c.as("tess").get("/issues?filter=mentioned").numbers(), 1)
	c.send("POST", comments, `{"body":" "}`).isInvalid("data", "unprocessable")
	c.send("POST", comments, `{}`).isInvalid("data", "unprocessable")
	c.get(list+"/99/comments").isError(404, "Not Found")
}

func TestMilestones(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	milestones := portal + "/milestones"
	for query, want := range map[string][]int{
		"": {2, 3}, "state=closed": {1}, "state=all": {1, 2, 3}, "state=all&direction=desc": {3, 2, 1},
		"state=all&sort=completeness": {2, 3, 1}, "state=all&per_page=1&page=2": {2},
	} {
		assert.Equal(t, want, c.get(milestones+"?"+query).numbers(), query)
	}
	assert.Equal(t, []any{0.0, 5.0, 2.0}, c.get(milestones+"?state=all").column("open_issues"))
	assert.Equal(t, []any{2.0, 0.0, 0.0}, c.get(milestones+"?state=all").column("closed_issues"))
	assert.Equal(t, []any{"2026-12-18T07:00:00Z", nil}, c.get(milestones).column("due_on"))
	for query, field := range map[string]string{"state=x": "state", "sort=x": "sort", "direction=x": "direction"} {
		c.get(milestones+"?"+query).isInvalid(field, "invalid")
	}
	c.as("stan").get(vault+"/milestones").isError(404, "Not Found")
}

func TestLabels(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	labels := portal + "/labels"
	assert.Equal(t, []any{"area/upload", "bug", "documentation", "duplicate", "enhancement", "good first issue", "help wanted", "P1", "question", "wontfix"}, c.get(labels).column("name"))
	assert.Equal(t, []any{"documentation", "duplicate"}, c.get(labels+"?per_page=2&page=2").column("name"))
	assert.Contains(t, c.get(labels+"?per_page=2").Header().Get("Link"), "/api/v3/repositories/910001/labels?page=2&per_page=2>")
	c.send("PATCH", list+"/1", `{"labels":["new"]}`)
	assert.Contains(t, c.get(labels).column("name"), "new")
	c.as("stan").get(vault+"/labels").isError(404, "Not Found")
}
