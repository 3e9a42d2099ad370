package gitlab

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// SetEstimateParams holds an estimate such as 3h30m, with the units mo, w, d, h, m
// and s.
type SetEstimateParams struct {
	IssueRef
	Duration string `json:"duration" jsonschema:"pattern=\\S" jsonschema_description:"Such as 3h30m or 1w 2d; units mo, w, d, h, m, s"`
}

// AddSpentTimeParams holds a time such as 3h30m. A negative one is subtracted.
type AddSpentTimeParams struct {
	IssueRef
	Duration string `json:"duration" jsonschema:"pattern=\\S" jsonschema_description:"Such as 3h30m or 1w 2d; units mo, w, d, h, m, s; -1h subtracts"`
	Summary  string `json:"summary,omitempty" jsonschema_description:"What the time was spent on"`
}

// SetTimeEstimate sets the estimate of an issue. It reports an estimate that is not
// the requested one, if that is certain: days, weeks and months can have other
// lengths than 8 hours, 5 days and 4 weeks.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#为议题设置预计用时
func (c *Client) SetTimeEstimate(ctx context.Context, p *SetEstimateParams) (*TimeStats, error) {
	const endpoint = "POST /projects/{id}/issues/{issue_iid}/time_estimate"
	d, err := parseDuration(p.Duration)
	if err == nil && d.seconds < 0 {
		err = errors.New("an estimate must not be negative")
	}
	if err != nil {
		return nil, rest.InvalidArguments(endpoint, err.Error())
	}
	return c.changeTime(ctx, endpoint, SetEstimateParams{p.IssueRef, d.text}, p.IssueRef, timeCheck{
		field: "duration", want: d.text,
		got:   estimate,
		could: func(seconds int64) bool { return seconds == d.seconds || !d.exact && seconds > 0 },
	})
}

// ResetTimeEstimate sets the estimate of an issue to zero.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#为议题重置预计用时
func (c *Client) ResetTimeEstimate(ctx context.Context, p *IssueRef) (*TimeStats, error) {
	return c.resetTime(ctx, "POST /projects/{id}/issues/{issue_iid}/reset_time_estimate", *p, "time_estimate", estimate)
}

// AddSpentTime adds spent time to an issue, or subtracts it if it is negative. It
// reports a total that is less than what was added.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#为议题添加已用时间
func (c *Client) AddSpentTime(ctx context.Context, p *AddSpentTimeParams) (*TimeStats, error) {
	const endpoint = "POST /projects/{id}/issues/{issue_iid}/add_spent_time"
	d, err := parseDuration(p.Duration)
	if err != nil {
		return nil, rest.InvalidArguments(endpoint, err.Error())
	}
	return c.changeTime(ctx, endpoint, AddSpentTimeParams{p.IssueRef, d.text, p.Summary}, p.IssueRef, timeCheck{
		field: "duration", want: d.text, adds: true,
		got:   spent,
		could: func(seconds int64) bool { return seconds >= d.seconds || !d.exact && seconds > 0 },
	})
}

// ResetSpentTime sets the spent time of an issue to zero.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#为议题重置已用时间
func (c *Client) ResetSpentTime(ctx context.Context, p *IssueRef) (*TimeStats, error) {
	return c.resetTime(ctx, "POST /projects/{id}/issues/{issue_iid}/reset_spent_time", *p, "total_time_spent", spent)
}

// GetTimeStats returns the estimate and the spent time of an issue.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/issues.html#获取工时统计信息
func (c *Client) GetTimeStats(ctx context.Context, p *IssueRef) (*TimeStats, error) {
	return rest.Call[TimeStats](ctx, c.Client, "GET /projects/{id}/issues/{issue_iid}/time_stats", p)
}

func estimate(s *TimeStats) (lenient.Count, lenient.Text) { return s.Estimate, s.HumanEstimate }

func spent(s *TimeStats) (lenient.Count, lenient.Text) { return s.Spent, s.HumanSpent }

func (c *Client) resetTime(ctx context.Context, endpoint string, ref IssueRef, field string, got func(*TimeStats) (lenient.Count, lenient.Text)) (*TimeStats, error) {
	return c.changeTime(ctx, endpoint, ref, ref, timeCheck{
		field: field, want: "0",
		got:   got,
		could: func(seconds int64) bool { return seconds == 0 },
	})
}

// timeCheck compares the times of an issue with what a write requested.
type timeCheck struct {
	field, want string
	adds        bool                                           // to a time before, so that a later one proves nothing
	got         func(*TimeStats) (lenient.Count, lenient.Text) // in seconds and as GitLab writes it
	could       func(seconds int64) bool                       // whether the time can be the result
}

// changeTime sends a write and checks the times that it returns. What the response
// does not show is read once.
func (c *Client) changeTime(ctx context.Context, endpoint string, params interface{ project() ProjectRef }, ref IssueRef, check timeCheck) (*TimeStats, error) {
	stats, status, err := writeWithStatus[TimeStats](ctx, c, endpoint, params)
	if err != nil || c.IsDryRun(ctx) {
		return nil, err
	}
	if seconds, _ := check.got(stats); seconds.Value == nil {
		if check.adds && status != http.StatusCreated {
			return nil, unconfirmed(endpoint, status, http.StatusCreated)
		}
		after, err := c.GetTimeStats(ctx, &ref)
		if err != nil {
			stats.Unknown, stats.ReadErr = []string{check.field}, err
			return stats, nil
		}
		stats = after
	}
	seconds, human := check.got(stats)
	switch {
	case seconds.Value == nil:
		stats.Unknown = []string{check.field}
	case !check.could(int64(*seconds.Value)):
		shown := string(human)
		if shown == "" {
			shown = strconv.Itoa(*seconds.Value)
		}
		stats.Ignored = []Deviation{{Field: check.field, Missing: []string{check.want}, Extra: []string{shown}}}
	}
	return stats, nil
}
