package gitcode_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"
	"gitcode.com/gitcode-mcp/gitcode-mcp/gitcode/sandbox/fault"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// pipedClient is newClient for tests in a bubble of testing/synctest.
func pipedClient(t *testing.T, s http.Handler) *gitcode.Client {
	t.Helper()
	transport, stop := fault.Pipe(s)
	t.Cleanup(stop)
	c, err := gitcode.New(gitcode.Config{BaseURL: "http://gitcode.test", Token: token, MaxWait: -1, Rates: rest.Unlimited, Transport: transport})
	require.NoError(t, err)
	return c
}

func TestPartsAreCachedForMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := offers()
		c := pipedClient(t, s)
		read := func(p *gitcode.GetRepoParams) map[string]int {
			_, err := c.GetRepo(t.Context(), p)
			require.NoError(t, err)
			return s.sent()
		}
		assert.Equal(t, map[string]int{labelsPath: 1}, read(fields("labels")))
		time.Sleep(3 * time.Minute)
		assert.Equal(t, map[string]int{milestonesPath: 1}, read(fields("labels", "milestones")), "each part has its own age")
		time.Sleep(2*time.Minute + time.Second)
		assert.Equal(t, map[string]int{labelsPath: 1}, read(fields("labels", "milestones")))
		time.Sleep(6 * time.Minute)
		assert.Equal(t, map[string]int{labelsPath: 1, milestonesPath: 1}, read(fields("labels", "milestones")))

		other := c.WithToken(t.Context(), "another token")
		_, err := c.GetRepo(other, fields("labels"))
		require.NoError(t, err)
		assert.Equal(t, map[string]int{labelsPath: 1}, s.sent(), "each token has its own cache")
	})
}

func TestFailuresAreNotCached(t *testing.T) {
	t.Parallel()
	s := offers(labelsPath, "503 ", userPath, "503 ")
	c := newClient(t, s)
	for _, want := range []string{"503 ", `200 [{"name":"bug"}]`} {
		s.respond(labelsPath, want)
		_, err := c.GetRepo(t.Context(), fields("labels"))
		assert.Equal(t, want == "503 ", err != nil)
		assert.Equal(t, map[string]int{labelsPath: 1}, s.sent())
	}
}

// TestOneRequestForManyCalls checks that calls that need the same part at the
// same time share a request, its failure too.
func TestOneRequestForManyCalls(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusOK, http.StatusServiceUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			s := offers()
			delete(s.responses, labelsPath)
			answer := make(chan struct{})
			s.handler = func(w http.ResponseWriter, _ *http.Request) {
				<-answer
				w.WriteHeader(status)
				fmt.Fprint(w, `[{"name":"bug"}]`)
			}
			c := pipedClient(t, s)
			var calls sync.WaitGroup
			for range 20 {
				calls.Go(func() {
					_, err := c.GetRepo(t.Context(), fields("labels"))
					assert.Equal(t, status != http.StatusOK, err != nil)
				})
			}
			synctest.Wait()
			close(answer)
			calls.Wait()
			assert.Equal(t, map[string]int{labelsPath: 1}, s.sent())
		})
	}
}

// TestCanceledCallFailsNoOther checks that a call that waits for the request of
// a canceled one sends its own, and that a waiting call can be canceled.
func TestCanceledCallFailsNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := offers()
		delete(s.responses, labelsPath)
		answer := make(chan struct{})
		s.handler = func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-answer:
			case <-r.Context().Done():
			}
			fmt.Fprint(w, `[{"name":"bug"}]`)
		}
		c := pipedClient(t, s)
		call := func() (cancel func(), result chan error) {
			ctx, cancel := context.WithCancel(t.Context())
			result = make(chan error, 1)
			go func() {
				_, err := c.GetRepo(ctx, fields("labels"))
				result <- err
			}()
			synctest.Wait()
			return cancel, result
		}
		cancelFirst, first := call()
		cancelSecond, second := call()
		cancelThird, third := call()
		defer cancelThird()
		cancelSecond()
		assert.Equal(t, rest.Canceled, class(t, <-second))
		assert.Equal(t, map[string]int{labelsPath: 1}, s.sent())
		cancelFirst()
		assert.Equal(t, rest.Canceled, class(t, <-first))
		synctest.Wait()
		assert.Equal(t, map[string]int{labelsPath: 1}, s.sent(), "the third call sends its own request")
		close(answer)
		assert.NoError(t, <-third)
	})
}

// TestForgottenLabelsDoNotComeBack checks that a read that began before labels
// may have been created does not fill the cache.
func TestForgottenLabelsDoNotComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := offers("POST /repos/o/r/issues/7/labels", `201 [{"name":"new"}]`)
		delete(s.responses, labelsPath)
		answer := make(chan struct{})
		s.handler = func(w http.ResponseWriter, _ *http.Request) {
			<-answer
			fmt.Fprint(w, `[{"name":"bug"}]`)
		}
		c := pipedClient(t, s)
		done := make(chan error, 1)
		go func() {
			_, err := c.GetRepo(t.Context(), fields("labels"))
			done <- err
		}()
		synctest.Wait()
		_, err := c.AddLabels(t.Context(), &gitcode.AddLabelsParams{IssueRef: ref, Labels: gitcode.Labels{"new"}, CreateLabels: true})
		require.NoError(t, err)
		close(answer)
		require.NoError(t, <-done)
		s.respond(labelsPath, `200 [{"name":"bug"},{"name":"new"}]`)
		result, err := c.GetRepo(t.Context(), fields("labels"))
		require.NoError(t, err)
		assert.Len(t, result.Labels.Items, 2)
	})
}

// TestCacheIgnoresTheCaseOfNames checks that a repository is the same one in
// whatever case its name is written.
func TestCacheIgnoresTheCaseOfNames(t *testing.T) {
	t.Parallel()
	h := newHarbor()
	c := h.client(t, nil)
	capital := gitcode.IssueRef{RepoRef: gitcode.RepoRef{Owner: "OpenHarbor", Repo: "Portal"}, Number: 1}
	before, err := c.GetRepo(t.Context(), &gitcode.GetRepoParams{RepoRef: portal})
	require.NoError(t, err)
	_, err = c.AddLabels(t.Context(), &gitcode.AddLabelsParams{IssueRef: capital, Labels: gitcode.Labels{"new"}, CreateLabels: true})
	require.NoError(t, err)
	after, err := c.GetRepo(t.Context(), &gitcode.GetRepoParams{RepoRef: portal})
	require.NoError(t, err)
	assert.Len(t, after.Labels.Items, len(before.Labels.Items)+1)
}

// TestCacheIsBounded checks that the least recently used of too many
// repositories is dropped.
func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &paths{handler: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `[]`) }}
		c := pipedClient(t, s)
		read := func(repo string) int {
			time.Sleep(time.Millisecond)
			_, err := c.GetRepo(t.Context(), &gitcode.GetRepoParams{RepoRef: gitcode.RepoRef{Owner: "o", Repo: repo}, Fields: []string{"labels"}})
			require.NoError(t, err)
			return len(s.sent())
		}
		for n := range 250 {
			read(fmt.Sprint("r", n))
			read("often")
		}
		assert.Equal(t, 0, read("often"))
		assert.Equal(t, 0, read("r249"))
		assert.Equal(t, 1, read("r0"))
	})
}
