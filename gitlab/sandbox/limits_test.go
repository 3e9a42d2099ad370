package sandbox

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// call sends a request without a network, as tests with a clock of their own need
// it.
func call(s *Sandbox, user, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(method, Prefix+path, nil)
	r.Header.Set("Authorization", "Bearer "+findUser(user).token())
	s.ServeHTTP(w, r)
	return w
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New()
		assert.NotContains(t, call(s, Me, "GET", "/user").Header(), "Ratelimit-Limit", "unlimited")
		s.RateLimit = 2
		reset := time.Now().Add(time.Minute)
		call(s, Me, "GET", "/user")
		time.Sleep(10*time.Second + time.Millisecond)
		assert.Equal(t, "0", call(s, Me, "GET", "/nothing").Header().Get("RateLimit-Remaining"))
		w := call(s, Me, "POST", portal+"/issues?title=New")
		assert.Equal(t, http.StatusTooManyRequests, w.Code)
		assert.Equal(t, "Retry later\n", w.Body.String())
		assert.Equal(t, "text/plain", w.Header().Get("Content-Type"))
		for name, want := range map[string]string{
			"Retry-After": "50", "RateLimit-Limit": "2", "RateLimit-Observed": "3", "RateLimit-Remaining": "0",
			"RateLimit-Reset": strconv.FormatInt(reset.Unix(), 10), "RateLimit-Name": "throttle_authenticated_api", "RateLimit-ResetTime": reset.UTC().Format(http.TimeFormat),
		} {
			assert.Equal(t, want, w.Header().Get(name), name)
		}
		assert.Equal(t, 200, call(s, "devi", "GET", "/user").Code, "another user")
		time.Sleep(time.Minute)
		assert.Equal(t, 200, call(s, Me, "GET", "/user").Code)
	})
}

func TestIssueLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := New()
		s.IssueLimit = 1
		assert.Equal(t, 201, call(s, Me, "POST", portal+"/issues?title=New").Code)
		w := call(s, Me, "POST", portal+"/issues?title=New")
		assert.Equal(t, 429, w.Code)
		assert.JSONEq(t, `{"message":{"error":"This endpoint has been requested too many times. Try again later."}}`, w.Body.String())
		assert.Equal(t, "60", w.Header().Get("Retry-After"))
		assert.Equal(t, 200, call(s, Me, "GET", portal+"/issues").Code)
		assert.Equal(t, 201, call(s, "devi", "POST", portal+"/issues?title=New").Code)
		time.Sleep(time.Minute)
		assert.Equal(t, 201, call(s, Me, "POST", portal+"/issues?title=New").Code)
	})
}

func TestConditionalReads(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, path := range []string{portal + "/issues", portal + "/issues/1", portal + "/issues/1/notes", "/user"} {
		tag := s.get(path).Header.Get("ETag")
		assert.Regexp(t, `^W/"[0-9a-f]{64}"$`, tag)
		got := s.do(Me, "GET", path, "", "If-None-Match", tag)
		assert.Equal(t, 304, got.StatusCode)
		assert.Empty(t, got.body)
	}
	tag := s.get(portal + "/issues/1").Header.Get("ETag")
	s.do(Me, "PUT", portal+"/issues/1", "title=New")
	assert.Equal(t, 200, s.do(Me, "GET", portal+"/issues/1", "", "If-None-Match", tag).StatusCode)
	assert.Empty(t, s.do(Me, "POST", portal+"/issues/1/todo", "").Header.Get("ETag"))
}

func TestUsers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	for _, u := range Users() {
		assert.Regexp(t, `(?m)^//\t`+u.Name+` +`+u.Token+` +`+u.Role+`$`, string(doc))
		assert.True(t, strings.HasPrefix(u.Token, Token), u.Token)
		assert.NotEmpty(t, u.Role)
		for _, header := range []string{u.Token, ""} {
			got := s.do("", "GET", "/user", "", "PRIVATE-TOKEN", header, "Authorization", "Bearer "+u.Token)
			assert.Equal(t, u.Name, got.member("username"))
		}
	}
	assert.Equal(t, Token, Users()[0].Token)
	assert.Equal(t, Me, Users()[0].Name)
	assert.Equal(t, 401, s.do("", "GET", "/user", "", "Authorization", "Basic "+Token).StatusCode)
	assert.Equal(t, 401, s.do("", "GET", "/user", "", "PRIVATE-TOKEN", Token+"x").StatusCode)
}
