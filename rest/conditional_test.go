package rest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

func conditional() rest.Forge {
	f := forge()
	f.Conditional = true
	return f
}

// confirming responds to a read with thing7, the header and an entity tag, and
// with 304 if the request has that tag. It records the tags that requests have.
type confirming struct {
	header       []string // of a 200
	confirmation []string // header of a 304
	mu           sync.Mutex
	tags         []string
}

func (s *confirming) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	tag := r.Header.Get("If-None-Match")
	s.tags = append(s.tags, tag)
	if tag == `"a"` {
		return response(304, "", s.confirmation...), nil
	}
	return response(200, thing7, append([]string{"Etag", `"a"`}, s.header...)...), nil
}

func readThing(ctx context.Context, c *rest.Client, endpoint, accept string) (*rest.Response, error) {
	req, err := rest.NewRequest(endpoint, thingRef{"o", 7})
	if err != nil {
		return nil, err
	}
	req.Accept = accept
	thing, response, err := rest.Do[thing](ctx, c, req)
	if err == nil && thing.ID != 7 {
		err = fmt.Errorf("thing %d", thing.ID)
	}
	return response, err
}

const endpoint7 = "GET /{owner}/things/{id}"

// TestConditionalReads checks that a 304 yields the remembered response with the
// current header, and does not count against the local rate.
func TestConditionalReads(t *testing.T) {
	t.Parallel()
	service := &confirming{
		header:       []string{"Link", "<2>", "Content-Type", "application/json", "X-Remaining", "9", "X-Kept", "yes"},
		confirmation: []string{"Link", "<3>", "X-Remaining", "8", "Content-Type", "text/plain", "Content-Length", "0", "Etag", `"b"`},
	}
	var statuses []int
	c := newClientOf(t, conditional(), service, rest.Config{
		Rates: []rest.Rate{{Requests: 2, Per: time.Hour}}, MaxWait: -1,
		Observe: func(a rest.Attempt) { statuses = append(statuses, a.Status) },
	})
	for i := range 5 {
		response, err := readThing(t.Context(), c, endpoint7, "")
		require.NoError(t, err)
		assert.Equal(t, 200, response.Status)
		assert.Equal(t, thing7, string(response.Body))
		want := http.Header{"Etag": {`"a"`}, "Link": {"<2>"}, "X-Remaining": {"9"}, "Content-Type": {"application/json"}, "X-Kept": {"yes"}}
		if i > 0 {
			want.Set("Link", "<3>")
			want.Set("X-Remaining", "8")
		}
		assert.Equal(t, want, response.Header, i)
	}
	assert.Equal(t, []string{"", `"a"`, `"a"`, `"a"`, `"a"`}, service.tags)
	assert.Equal(t, []int{200, 304, 304, 304, 304}, statuses)
	_, err := readThing(t.Context(), c, "GET /{owner}/others/{id}", "")
	require.NoError(t, err, "only the first read counted")
	_, err = readThing(t.Context(), c, "GET /{owner}/others/{id}", "")
	assert.Equal(t, rest.RateLimited, errorOf(t, err).Class, "what was sent counts until it is confirmed")
}

// TestWhatIsConditional checks which reads may be confirmed.
func TestWhatIsConditional(t *testing.T) {
	t.Parallel()
	type call func(t *testing.T, c *rest.Client)
	read := func(endpoint, accept string) call {
		return func(t *testing.T, c *rest.Client) {
			_, err := readThing(t.Context(), c, endpoint, accept)
			require.NoError(t, err)
		}
	}
	same := read(endpoint7, "")
	for name, test := range map[string]struct {
		header []string
		second call
		tag    string // of the second request
	}{
		"the same read":      {nil, same, `"a"`},
		"another address":    {nil, read("GET /{owner}/others/{id}", ""), ""},
		"another query":      {nil, read("GET /{owner}/things", ""), ""},
		"another media type": {nil, read(endpoint7, "text/plain"), ""},
		"default media type": {nil, read(endpoint7, "application/json"), `"a"`},
		"a write":            {nil, func(t *testing.T, c *rest.Client) { require.NoError(t, updateThing(t.Context(), c)) }, ""},
		"a dry run's read": {nil, func(t *testing.T, c *rest.Client) {
			ctx, _ := c.WithDryRun(t.Context())
			require.NoError(t, getThing(ctx, c))
		}, `"a"`},
		"another user": {nil, func(t *testing.T, c *rest.Client) {
			require.NoError(t, getThing(c.WithToken(t.Context(), "another"), c))
		}, ""},
		"the user by context": {nil, func(t *testing.T, c *rest.Client) { require.NoError(t, getThing(c.WithToken(t.Context(), token), c)) }, `"a"`},
		"no-store":            {[]string{"Cache-Control", "private, No-Store"}, same, ""},
		"private":             {[]string{"Cache-Control", "private, max-age=60"}, same, `"a"`},
		"no tag":              {[]string{"Etag", ""}, same, ""},
		"weak tag":            {[]string{"Etag", `W/"a"`}, same, `W/"a"`},
		"empty tag":           {[]string{"Etag", `""`}, same, `""`},
		"tag in Latin-1":      {[]string{"Etag", "\"\xe4\""}, same, "\"\xe4\""},
		"tag without quotes":  {[]string{"Etag", "a"}, same, ""},
		"half a tag":          {[]string{"Etag", `"`}, same, ""},
		"two tags":            {[]string{"Etag", `"b", "c"`}, same, ""},
		"any":                 {[]string{"Etag", `*`}, same, ""},
		"tag with a control":  {[]string{"Etag", "\"\x01\""}, same, ""},
		"long tag":            {[]string{"Etag", `"` + strings.Repeat("a", 300) + `"`}, same, ""},
		"header of 2 MiB":     {[]string{"X-Large", strings.Repeat("a", 2<<20)}, same, ""},
	} {
		service := &confirming{header: test.header}
		c := newClientOf(t, conditional(), service, rest.Config{})
		same(t, c)
		test.second(t, c)
		assert.Equal(t, []string{"", test.tag}, service.tags, name)
	}
}

// TestForgeWithoutConditional checks that nothing is remembered unless the forge
// asks for it.
func TestForgeWithoutConditional(t *testing.T) {
	t.Parallel()
	service := &confirming{}
	c := newClient(t, service, rest.Config{})
	require.NoError(t, getThing(t.Context(), c))
	require.NoError(t, getThing(t.Context(), c))
	assert.Equal(t, []string{"", ""}, service.tags)
}

// TestUnexpectedConfirmation checks that a 304 to a request that named no response
// is an error.
func TestUnexpectedConfirmation(t *testing.T) {
	t.Parallel()
	sent := 0
	c := newClientOf(t, conditional(), inMemory(func(*http.Request) (*http.Response, error) {
		sent++
		return response(304, "", "Etag", `"a"`), nil
	}), rest.Config{})
	for class, call := range map[rest.Class]func(context.Context, *rest.Client) error{rest.MalformedResponse: getThing, rest.OutcomeUnknown: updateThing} {
		sent = 0
		err := errorOf(t, call(t.Context(), c))
		assert.Equal(t, class, err.Class)
		assert.Contains(t, err.Error(), " returned 304: the request was not conditional")
		assert.Equal(t, 1, sent)
	}
}

// TestRememberedResponseOfNoUse checks that a remembered response which a call
// cannot decode is dropped, and that the call reads it again.
func TestRememberedResponseOfNoUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &confirming{}
		c := newClientOf(t, conditional(), service, rest.Config{MaxWait: time.Minute})
		require.NoError(t, getThing(t.Context(), c))
		_, err := rest.Call[[]thing](t.Context(), c, endpoint7, thingRef{"o", 7})
		assert.Equal(t, rest.MalformedResponse, errorOf(t, err).Class)
		assert.Equal(t, []string{"", `"a"`, "", "", ""}, service.tags, "the others are not conditional")
		require.NoError(t, getThing(t.Context(), c))
		assert.Empty(t, service.tags[len(service.tags)-1])
	})
}

// TestInvalidResponsesAreNotRemembered checks that only what could be used is
// remembered, through retries, and that a failure in between changes nothing.
func TestInvalidResponsesAreNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := response(200, "", "Etag", `"cut"`)
		broken.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"id":7`), brokenReader{}))
		steps := []struct {
			tag      string // that the request has
			response *http.Response
		}{
			{"", response(500, "", "Etag", `"error"`)},
			{"", response(200, "<html>", "Etag", `"html"`)},
			{"", broken},
			{"", response(200, thing7, "Etag", `"first"`)},
			{`"first"`, response(503, "", "Etag", `"error"`)},
			{`"first"`, response(304, "")},
			{`"first"`, response(200, thing7, "Etag", `"second"`)},
			{`"second"`, response(200, thing7)},
			{"", response(200, thing7, "Etag", `"third"`)},
		}
		var sent int
		c := newClientOf(t, conditional(), inMemory(func(r *http.Request) (*http.Response, error) {
			sent++
			assert.Equal(t, steps[sent-1].tag, r.Header.Get("If-None-Match"), "request %d", sent)
			return steps[sent-1].response, nil
		}), rest.Config{})
		for range 5 {
			require.NoError(t, getThing(t.Context(), c))
		}
		assert.Len(t, steps, sent)
	})
}

// TestConditionalRedirects checks that each address of a redirected read has its
// own remembered response.
func TestConditionalRedirects(t *testing.T) {
	t.Parallel()
	var sent []string
	c := newClientOf(t, conditional(), inMemory(func(r *http.Request) (*http.Response, error) {
		tag := r.Header.Get("If-None-Match")
		sent = append(sent, r.URL.Path+" "+tag)
		switch {
		case r.URL.Path != "/api/new":
			return response(301, "", "Location", "/api/new", "Etag", `"old"`), nil
		case tag == `"new"`:
			return response(304, ""), nil
		}
		return response(200, thing7, "Etag", `"new"`), nil
	}), rest.Config{})
	require.NoError(t, getThing(t.Context(), c))
	require.NoError(t, getThing(t.Context(), c))
	assert.Equal(t, []string{"/api/o/things/7 ", "/api/new ", "/api/o/things/7 ", `/api/new "new"`}, sent)
}

// TestConcurrentConditionalReads checks, for the race detector, that calls share
// what is remembered and get what they asked for.
func TestConcurrentConditionalReads(t *testing.T) {
	t.Parallel()
	var confirmed atomic.Int32
	c := newClientOf(t, conditional(), inMemory(func(r *http.Request) (*http.Response, error) {
		id := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		tag := `"` + r.Header.Get("Private-Token") + id + `"`
		switch r.Header.Get("If-None-Match") {
		case tag:
			confirmed.Add(1)
			return response(304, "", "X-User", r.Header.Get("Private-Token")), nil
		case "":
			return response(200, `{"id":`+id+`}`, "Etag", tag), nil
		}
		return nil, fmt.Errorf("the tag of another read: %s", r.Header.Get("If-None-Match"))
	}), rest.Config{MaxWait: time.Minute})
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			ctx := c.WithToken(t.Context(), "user"+strconv.Itoa(i%3))
			for id := 1; id <= 5; id++ {
				got, err := rest.Call[thing](ctx, c, endpoint7, thingRef{"o", id})
				assert.NoError(t, err)
				assert.Equal(t, id, got.ID)
			}
		})
	}
	wg.Wait()
	assert.NotZero(t, confirmed.Load())
}
