package sandbox_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	list           = portal + "/issues"
	enterpriseList = "/enterprises/harbor-tech/issues"
	orgList        = "/orgs/openharbor/issues"
	userList       = "/user/issues"
)

func TestListFilters(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct {
		path, query string
		want        []any // in the order of the list
	}{
		{list, "", []any{"14", "13", "12", "11", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1"}},
		{list, "state=all&labels=duplicate", []any{"8"}},
		{list, "state=open&creator=tomb", []any{"11", "4"}},
		{list, "state=closed", []any{"12", "8", "7"}},
		{list, "state=progressing", []any{"2", "1"}},
		{list, "state=rejected", []any{"12", "8"}},
		{list, "labels=bug", []any{"13", "10", "9", "5", "4", "2", "1"}},
		{list, "labels=bug,priority/high", []any{"13", "5", "1"}},
		{list, "labels=bug,nothing", []any{}},
		{list, "milestone=v2.4", []any{"9", "4", "3"}},
		{list, "milestone=none", []any{"12", "11", "10", "8", "7"}},
		{list, "milestone=*&creator=linwei", []any{"3"}},
		{list, "milestone=1", []any{}},
		{list, "assignee=linwei", []any{"13", "9", "2"}},
		{list, "assignee=303745", []any{"4"}},
		{list, "assignee=none&labels=bug", []any{"10"}},
		{list, "assignee=*&state=closed", []any{}},
		{list, "creator=sunli", []any{"13", "9"}},
		{list, "program=门户重构", []any{"13", "2", "1"}},
		{list, "program=none&labels=bug", []any{"10", "9", "5", "4"}},
		{list, "program=*", []any{"13", "2", "1"}},
		{list, "search=CSV", []any{"9"}},
		{list, "search=白屏", []any{"1"}},
		{list, "since=2026-11-03T06:55:00%2B08:00", []any{"14", "13"}},
		{list, "created_at=2026-11-12T16:44:00%2B08:00", []any{"14"}},
		{list, "created_after=2026-11-03T06:55:00%2B08:00", []any{"14"}},
		{list, "created_before=2026-09-08T07:30:00Z", []any{"1"}},
		{list, "updated_after=2026-10-21T00:00:00%2B08:00&updated_before=2026-10-22T00:00:00Z", []any{"11"}},
		{userList, "", []any{"1", "13", "9", "1", "2"}},
		{userList, "filter=assigned&state=all", []any{"1", "13", "9", "1", "2"}},
		{userList, "filter=created", []any{"1", "3"}},
		{userList, "filter=all&labels=documentation", []any{"1", "3"}},
		{userList, "schedule=-20261003T000000%2B80", []any{"1", "2"}},
		{userList, "deadline=20261101T000000%2B80-20261201T000000%2B80", []any{"9"}},
		{userList, "created_at=20261103T065500%2B80-20261103T065500%2B80", []any{"13"}},
		{userList, "finished_at=-&state=all", []any{}},
		{orgList, "", []any{"13", "9", "1", "2"}},
		{orgList, "filter=created&state=all", []any{"3"}},
		{orgList, "created_at=20261101T000000%2B80-", []any{"13"}},
		{orgList, "created_at=2026-10-09T09:48:00%2B08:00", []any{"13", "9"}},
		{"/orgs/linwei/issues", "", []any{"1"}},
		{enterpriseList, "labels=help%20wanted", []any{"3", "10", "3"}},
		{enterpriseList, "state=closed&creator=tomb", []any{"8", "7"}},
		{enterpriseList, "created_at=2026-11-01&created_before=2026-11-03", []any{"13", "3"}},
	} {
		t.Run(test.path+"?"+test.query, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, c.in(t).get(test.path+"?"+test.query).column("number"))
		})
	}
}

func TestListSort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t)
		time.Sleep(time.Until(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)))
		c.send("PATCH", "/repos/openharbor/issues/1", `{"repo":"portal","title":"New"}`)
		time.Sleep(time.Hour)
		c.send("PATCH", "/repos/openharbor/issues/9", `{"repo":"portal","title":"New"}`)
		for _, test := range []struct {
			path, query string
			want        []any
		}{
			{list, "", []any{"14", "13", "12"}},
			{list, "sort=created", []any{"14", "13", "12"}},
			{list, "direction=asc", []any{"1", "2", "3"}},
			{list, "sort=created&direction=asc", []any{"1", "2", "3"}},
			{list, "sort=updated", []any{"9", "1", "14"}},
			{list, "sort=updated&direction=desc", []any{"9", "1", "14"}},
			{list, "sort=updated&direction=asc", []any{"2", "3", "4"}},
			{enterpriseList, "sort=updated_at", []any{"9", "1", "14"}},
			{enterpriseList, "sort=created_at&direction=asc", []any{"1", "2", "3"}},
			{orgList, "sort=updated_at", []any{"9", "13", "1"}},
			{userList, "sort=updated_at&page=2", []any{"1", "2"}},
		} {
			assert.Equal(t, test.want, c.get(test.path+"?per_page=3&"+test.query).column("number"), test)
		}

		for range 2 {
			c.send("POST", "/repos/openharbor/issues", `{"repo":"portal","title":"New","body":""}`)
		}
		assert.Equal(t, []any{"16", "15"}, c.get(list+"?per_page=2").column("number"), "created at the same time")
	})
}

func TestListPaging(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct {
		path, query  string
		want         []any
		count, pages string
	}{
		{list, "per_page=3", []any{"14", "13", "12"}, "14", "5"},
		{list, "per_page=3&page=5", []any{"2", "1"}, "14", "5"},
		{list, "per_page=3&page=6", []any{}, "14", "5"},
		{list, "per_page=2&page=9223372036854775807", []any{}, "14", "7"},
		{list, "per_page=7&page=2", []any{"7", "6", "5", "4", "3", "2", "1"}, "14", "2"},
		{list, "per_page=100&state=closed", []any{"12", "8", "7"}, "3", "1"},
		{list, "search=nowhere", []any{}, "0", "0"},
		{userList, "per_page=2&page=2", []any{"9", "1"}, "5", "3"},
		{orgList, "per_page=2&page=2", []any{"1", "2"}, "4", "2"},
		{enterpriseList, "per_page=2&page=7", []any{"1", "2"}, "14", "7"},
	} {
		t.Run(test.path+"?"+test.query, func(t *testing.T) {
			t.Parallel()
			r := c.in(t).get(test.path + "?" + test.query)
			assert.ElementsMatch(t, test.want, r.column("number"))
			hasTotals(t, r.ResponseRecorder, test.count, test.pages)
		})
	}
}

func TestListDefaultPageSize(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for range 7 {
		c.send("POST", "/repos/openharbor/issues", `{"repo":"portal","title":"New","body":""}`)
	}
	assert.Len(t, c.get(list).column("number"), 20)
	assert.Len(t, c.get(list+"?page=2").column("number"), 1)
}

func TestRepoListTotals(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	header := c.get(list + "?state=closed&per_page=1").Header()
	for name, want := range map[string]string{"total_count": "3", "total_page": "3", "all_issues": "14", "open_issues": "11", "close_issues": "3"} {
		assert.Equal(t, []string{want}, header[name], name)
		assert.Empty(t, header.Get(name), "%s is canonical", name)
		assert.NotEqual(t, name, http.CanonicalHeaderKey(name))
	}
	for _, path := range []string{userList, orgList, enterpriseList} {
		require.NotContains(t, c.get(path).Header(), "all_issues", path)
	}
	assert.NotContains(t, c.get(list+"?page=0").Header(), "all_issues")
}

func TestListBadParameters(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, test := range []struct{ path, query, parameter string }{
		{list, "page=0", "page"},
		{list, "page=-1", "page"},
		{list, "page=one", "page"},
		{list, "per_page=0", "per_page"},
		{list, "per_page=101", "per_page"},
		{list, "per_page=all", "per_page"},
		{list, "state=close", "state"},
		{list, "state=opened", "state"},
		{list, "sort=created_at", "sort"},
		{list, "sort=comments", "sort"},
		{list, "since=2026-11-01", "since"},
		{list, "since=2026-11-03T00:00:00+08:00", "since"}, // + is a blank in a query
		{list, "created_at=2026-11-01", "created_at"},
		{list, "created_after=x", "created_after"},
		{list, "created_before=x", "created_before"},
		{list, "updated_after=x", "updated_after"},
		{list, "updated_before=x", "updated_before"},
		{userList, "filter=mine", "filter"},
		{userList, "sort=created", "sort"},
		{userList, "schedule=20261003T000000%2B80", "schedule"},
		{userList, "deadline=x-", "deadline"},
		{userList, "created_at=2026-11-01", "created_at"},
		{userList, "finished_at=-x", "finished_at"},
		{orgList, "filter=mine", "filter"},
		{orgList, "state=none", "state"},
		{orgList, "created_at=2026-11-01T00:00", "created_at"},
		{orgList, "created_at=2026-11-01", "created_at"},
		{enterpriseList, "created_at=2026-11-01T00:00:00Z", "created_at"},
		{enterpriseList, "created_before=x", "created_before"},
		{enterpriseList, "page=0", "page"},
	} {
		t.Run(test.path+"?"+test.query, func(t *testing.T) {
			t.Parallel()
			c.in(t).get(test.path + "?" + test.query).isBadParameter(test.parameter)
		})
	}
}
