package gitlab_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// TestSubscriptions checks what a subscription is afterwards. 304 means that it was
// so before.
func TestSubscriptions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		response    string
		subscribe   gitlab.Subscription
		unsubscribe gitlab.Subscription
	}{
		"subscribed":        {`201 {"id":70,"iid":7,"subscribed":true}`, gitlab.Subscription{Subscribed: true}, gitlab.Subscription{Subscribed: true}},
		"not subscribed":    {`201 {"id":70,"iid":7,"subscribed":false}`, gitlab.Subscription{}, gitlab.Subscription{}},
		"not shown":         {`201 {"id":70,"iid":7}`, gitlab.Subscription{Subscribed: true}, gitlab.Subscription{}},
		"another issue":     {`201 {"id":80,"iid":8,"subscribed":false}`, gitlab.Subscription{Subscribed: true}, gitlab.Subscription{}},
		"an empty response": {`201 `, gitlab.Subscription{Subscribed: true}, gitlab.Subscription{}},
		"so before":         {`304 `, gitlab.Subscription{Subscribed: true, Already: true}, gitlab.Subscription{Already: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}}
			c := newClient(t, s)
			got, err := c.Subscribe(t.Context(), &incident)
			require.NoError(t, err)
			assert.Equal(t, test.subscribe, *got)
			got, err = c.Unsubscribe(t.Context(), &incident)
			require.NoError(t, err)
			assert.Equal(t, test.unsubscribe, *got)
		})
	}
}

func TestCreateTodo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		response string
		want     gitlab.Todo
	}{
		"new":               {`201 {"id":112,"state":"pending"}`, gitlab.Todo{ID: 112}},
		"an empty response": {`201 `, gitlab.Todo{}},
		"there was one":     {`304 `, gitlab.Todo{Already: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}}
			got, err := newClient(t, s).CreateTodo(t.Context(), &incident)
			require.NoError(t, err)
			assert.Equal(t, test.want, *got)
		})
	}
}

// TestUnconfirmedWrites checks that a write of which only the response says that it was
// carried out has an unknown outcome if the response does not.
func TestUnconfirmedWrites(t *testing.T) {
	t.Parallel()
	image := gitlab.MetricImageRef{IssueRef: incident, ImageID: 3}
	for name, test := range map[string]struct {
		write     func(*gitlab.Client) error
		confirmed []string // responses that show that it is done
		documents string   // the documented status
		others    []string // responses that show something else
	}{
		"subscribe":   {func(c *gitlab.Client) error { _, err := c.Subscribe(t.Context(), &incident); return err }, []string{`200 {"iid":7}`}, `201 `, []string{`200 {"iid":8,"subscribed":true}`}},
		"unsubscribe": {func(c *gitlab.Client) error { _, err := c.Unsubscribe(t.Context(), &incident); return err }, []string{`200 {"iid":7}`}, `201 `, []string{`200 {"iid":8}`}},
		"todo":        {func(c *gitlab.Client) error { _, err := c.CreateTodo(t.Context(), &incident); return err }, []string{`200 {"id":1,"target":{"iid":7}}`}, `201 {"id":1}`, []string{`200 {"id":1,"target":{"iid":8}}`, `200 {"id":80,"iid":8}`}},
		"delete":      {func(c *gitlab.Client) error { _, err := c.DeleteIssue(t.Context(), &incident); return err }, nil, `204 `, []string{`200 {"iid":7}`, `201 `}},
		"image":       {func(c *gitlab.Client) error { return c.DeleteMetricImage(t.Context(), &image) }, nil, `204 `, []string{`200 {"id":3}`, `201 `}},
		"upload": {func(c *gitlab.Client) error {
			_, err := c.UploadMetricImage(t.Context(), &gitlab.UploadMetricImageParams{IssueRef: incident, File: "cpu.png", Content: strings.NewReader(png)})
			return err
		}, []string{`200 {"id":3}`}, `201 `, []string{`204 `}},
		"spent time": {func(c *gitlab.Client) error {
			_, err := c.AddSpentTime(t.Context(), &gitlab.AddSpentTimeParams{IssueRef: incident, Duration: "1h"})
			return err
		}, []string{`200 {"total_time_spent":7200}`}, `201 {"total_time_spent":7200}`, []string{`200 {"time_estimate":7200}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, response := range append(test.confirmed, test.documents) {
				assert.NoError(t, test.write(newClient(t, &service{responses: []string{response}})), response)
			}
			for _, response := range append(test.others, `200 `, `200 {}`, `200 []`, `200 null`, `202 `, `202 {"message":"202 Accepted"}`) {
				s := &service{responses: []string{response, `200 {"total_time_spent":36000}`}}
				err := test.write(newClient(t, s))
				assert.Equal(t, rest.OutcomeUnknown, rest.ErrorClass(err), response)
				assert.Len(t, s.requests, 1, response)
			}
		})
	}
}
