package gitlab_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
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
		"an empty response": {`200 `, gitlab.Subscription{Subscribed: true}, gitlab.Subscription{}},
		"so before":         {`304 `, gitlab.Subscription{Subscribed: true, Already: true}, gitlab.Subscription{Already: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{responses: []string{test.response}}
			c := newClient(t, s)
			got, err := c.Subscribe(t.Context(), incident)
			require.NoError(t, err)
			assert.Equal(t, test.subscribe, got)
			got, err = c.Unsubscribe(t.Context(), incident)
			require.NoError(t, err)
			assert.Equal(t, test.unsubscribe, got)
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
			got, err := newClient(t, s).CreateTodo(t.Context(), incident)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}
