package gitcode_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

const listLabels = "GET /repos/o/r/labels?page=1&per_page=100"

func repoLabel(name, color string) gitcode.RepoLabel {
	return gitcode.RepoLabel{Label: gitcode.Label{Name: gitcode.Text(name), Color: gitcode.Text(color)}}
}

func TestWritesOfRepoLabels(t *testing.T) {
	t.Parallel()
	type write func(context.Context, *gitcode.Client) (*gitcode.RepoLabelChange, error)
	create := func(name string, color gitcode.LabelColor) write {
		return func(ctx context.Context, c *gitcode.Client) (*gitcode.RepoLabelChange, error) {
			return c.CreateRepoLabel(ctx, &gitcode.CreateRepoLabelParams{RepoRef: ref.RepoRef, Name: name, Color: color})
		}
	}
	update := func(original, name string, color gitcode.LabelColor) write {
		return func(ctx context.Context, c *gitcode.Client) (*gitcode.RepoLabelChange, error) {
			return c.UpdateRepoLabel(ctx, &gitcode.UpdateRepoLabelParams{RepoRef: ref.RepoRef, OriginalName: original, Name: name, Color: color})
		}
	}
	const (
		posted  = "POST /repos/o/r/labels color=%23428BCA&name=kind%2Fx"
		renamed = "PATCH /repos/o/r/labels/kind%2Fx?name=a+b%26c"
	)
	for name, test := range map[string]struct {
		write               write
		responses, requests []string
		want                gitcode.RepoLabel
		readErr             rest.Class
	}{
		"create":                        {create(" kind/x ", ""), []string{`201 {"name":"kind/x","color":"#428bca"}`}, []string{posted}, repoLabel("kind/x", "#428bca"), ""},
		"create with a color without #": {create("kind/x", "fA0"), []string{`200 {"name":"kind/x","color":"#FFAA00"}`}, []string{"POST /repos/o/r/labels color=%23fA0&name=kind%2Fx"}, repoLabel("kind/x", "#FFAA00"), ""},
		"create without a body":         {create("kind/x", ""), []string{"201 ", `200 [{"name":"kind/x","color":"#428BCA"}]`}, []string{posted, listLabels}, repoLabel("kind/x", "#428BCA"), ""},
		"create shown in another color": {create("kind/x", ""), []string{`201 {"name":"kind/x","color":"#FFF"}`, `200 [{"name":"kind/x","color":"#FFF"}]`}, []string{posted, listLabels}, repoLabel("kind/x", "#FFF"), ""},
		"create without effect":         {create("kind/x", ""), []string{"200 {}", `200 [{"name":"bug"}]`}, []string{posted, listLabels}, gitcode.RepoLabel{}, ""},
		"create and no read":            {create("kind/x", ""), []string{"200 {}", "403 "}, []string{posted, listLabels}, gitcode.RepoLabel{}, rest.Forbidden},
		"rename":                        {update("kind/x", " a b&c ", ""), []string{`200 {"name":"a b&c","color":"#fff"}`}, []string{renamed}, repoLabel("a b&c", "#fff"), ""},
		"rename, shown as before":       {update("kind/x", "a b&c", ""), []string{`200 {"name":"kind/x"}`, `200 [{"name":"a b&c","color":"#fff"}]`}, []string{renamed, listLabels}, repoLabel("a b&c", "#fff"), ""},
		"recolor":                       {update("kind/x", "", "00ff00"), []string{`200 {"name":"kind/x","color":"#0F0"}`}, []string{"PATCH /repos/o/r/labels/kind%2Fx?color=%2300ff00"}, repoLabel("kind/x", "#0F0"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: test.responses}
			change, err := test.write(t.Context(), newClient(t, s))
			require.NoError(t, err)
			assert.Equal(t, test.requests, s.requests)
			assert.Equal(t, test.want, change.Label)
			assert.Equal(t, test.readErr, rest.ErrorClass(change.ReadErr))
		})
	}
}

func TestUpdateRepoLabelWithoutChange(t *testing.T) {
	t.Parallel()
	s := &service{}
	_, err := newClient(t, s).UpdateRepoLabel(t.Context(), &gitcode.UpdateRepoLabelParams{RepoRef: ref.RepoRef, OriginalName: "bug", Name: " "})
	require.EqualError(t, err, "not sent: nothing to change; pass name or color")
	assert.Empty(t, s.requests)
}

// TestUnknownRepoLabel checks that the error for a label that the repository lacks
// names the closest ones, if the labels can be read, and only then.
func TestUnknownRepoLabel(t *testing.T) {
	t.Parallel()
	const notFound = `404 {"error_message":"Label Not Found"}`
	for name, test := range map[string]struct {
		label, response, list string
		requests              int
		want                  string
	}{
		"misspelled":      {"bgu", notFound, `200 [{"name":"bug"},{"name":"kind/x"}]`, 2, `returned 404: there is no label "bgu" in o/r; did you mean "bug"?`},
		"it is there":     {"bug", notFound, `200 [{"name":"bug"}]`, 2, "returned 404: Label Not Found"},
		"no list":         {"bgu", notFound, "403 ", 2, "returned 404: Label Not Found"},
		"another failure": {"bgu", forbidden, "", 1, "apig token has not permission"},
		"unknown outcome": {"bgu", "502 ", "", 1, "returned 502"},
		"no repository":   {"bgu", `404 {"error_message":"Project Not Found"}`, `404 {"error_message":"Project Not Found"}`, 2, "Project Not Found"},
		"no token":        {"bgu", `404 {"error_message":"404, token not found"}`, "", 1, "token not found"},
		"in another case": {"BUG", notFound, `200 [{"name":"bug"}]`, 2, `there is no label "BUG" in o/r; did you mean "bug"?`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, write := range []func(*gitcode.Client) error{
				func(c *gitcode.Client) error {
					return c.DeleteRepoLabel(t.Context(), &gitcode.RepoLabelRef{RepoRef: ref.RepoRef, Name: test.label})
				},
				func(c *gitcode.Client) error {
					_, err := c.UpdateRepoLabel(t.Context(), &gitcode.UpdateRepoLabelParams{RepoRef: ref.RepoRef, OriginalName: test.label, Color: "fff"})
					return err
				},
			} {
				s := &service{responses: []string{test.response, test.list}}
				err := write(newClient(t, s))
				require.ErrorContains(t, err, test.want)
				assert.Len(t, s.requests, test.requests)
			}
		})
	}
}

func TestLabelColors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		color gitcode.LabelColor
		shown gitcode.Text
		same  bool
	}{
		{"#fff", "#FFFFFF", true}, {"fff", "#fff", true}, {"#FfAa00", "fa0", true}, {"#fff", "#fffff0", false}, {"#fff", "", false}, {"#123", "#123456", false}, {"#123", "语", false},
	} {
		assert.Equal(t, test.same, test.color.IsShownAs(test.shown), "%s %s", test.color, test.shown)
	}
	for _, color := range []gitcode.LabelColor{"fff", "#fff"} {
		sent, err := json.Marshal(color)
		require.NoError(t, err)
		assert.Equal(t, `"#fff"`, string(sent))
	}
}

// TestRepoWritesForget checks that what is remembered of a repository is read again
// after a write of a label or a milestone, whatever its outcome.
func TestRepoWritesForget(t *testing.T) {
	t.Parallel()
	label := gitcode.RepoLabelRef{RepoRef: ref.RepoRef, Name: "bug"}
	milestone := gitcode.MilestoneRef{RepoRef: ref.RepoRef, Number: 253899}
	const (
		labelPath  = " /repos/o/r/labels/bug"
		numberPath = " /repos/o/r/milestones/253899"
	)
	for name, test := range map[string]struct {
		write     func(context.Context, *gitcode.Client) error
		path      string // of the write
		response  string
		forgotten string
	}{
		"create a label": {func(ctx context.Context, c *gitcode.Client) error {
			_, err := c.CreateRepoLabel(ctx, &gitcode.CreateRepoLabelParams{RepoRef: ref.RepoRef, Name: "new"})
			return err
		}, "POST /repos/o/r/labels", `201 {"name":"new","color":"#428BCA"}`, labelsPath},
		"update a label": {func(ctx context.Context, c *gitcode.Client) error {
			_, err := c.UpdateRepoLabel(ctx, &gitcode.UpdateRepoLabelParams{RepoRef: ref.RepoRef, OriginalName: "bug", Name: "new"})
			return err
		}, "PATCH" + labelPath, `200 {"name":"new"}`, labelsPath},
		"delete a label": {func(ctx context.Context, c *gitcode.Client) error { return c.DeleteRepoLabel(ctx, &label) }, "DELETE" + labelPath, "204 ", labelsPath},
		"create a milestone": {func(ctx context.Context, c *gitcode.Client) error {
			_, err := c.CreateMilestone(ctx, &gitcode.CreateMilestoneParams{RepoRef: ref.RepoRef, Title: "new", DueOn: "2026-11-30"})
			return err
		}, "POST /repos/o/r/milestones", `201 {"number":7,"title":"new","due_on":"2026-11-30"}`, milestonesPath},
		"update a milestone": {func(ctx context.Context, c *gitcode.Client) error {
			_, err := c.UpdateMilestone(ctx, &gitcode.UpdateMilestoneParams{MilestoneRef: milestone, Title: new("new")})
			return err
		}, "PATCH" + numberPath, `200 {"number":253899,"title":"new","due_on":"2026-12-01","state":"active"}`, milestonesPath},
		"delete a milestone": {func(ctx context.Context, c *gitcode.Client) error { return c.DeleteMilestone(ctx, &milestone) }, "DELETE" + numberPath, "204 ", milestonesPath},
	} {
		for _, response := range []string{test.response, "502 "} {
			t.Run(name+" "+response[:3], func(t *testing.T) {
				t.Parallel()
				s := offers(test.path, response, "GET"+numberPath, `200 {"number":253899,"title":"v1","due_on":"2026-12-01","state":"active"}`)
				c := newClient(t, s)
				_, err := c.GetRepo(t.Context(), fields("labels", "milestones"))
				require.NoError(t, err)
				assert.Equal(t, response == "502 ", test.write(t.Context(), c) != nil)
				s.sent()
				_, err = c.GetRepo(t.Context(), fields("labels", "milestones"))
				require.NoError(t, err)
				assert.Equal(t, map[string]int{test.forgotten: 1}, s.sent(), "the other part is still known")
			})
		}
	}
}
