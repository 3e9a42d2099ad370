package gitlab

import (
	"time"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func times(c *api.Client) []tools.Tool {
	const verify = "gitlab_get_time_stats"
	return []tools.Tool{
		tools.Write(tools.Spec{Name: "gitlab_set_time_estimate", Effect: tools.Changes, Description: "Set the time estimate of an issue.", Verify: verify},
			c.SetTimeEstimate, estimateSet),
		tools.Write(tools.Spec{Name: "gitlab_reset_time_estimate", Effect: tools.Deletes, Description: "Set the time estimate of an issue to zero.", Verify: verify},
			c.ResetTimeEstimate, timesReset),
		tools.Write(tools.Spec{Name: "gitlab_add_spent_time", Effect: tools.Changes, Description: "Add to the time spent on an issue, or subtract from it.", Verify: verify},
			c.AddSpentTime, spentTimeAdded),
		tools.Write(tools.Spec{Name: "gitlab_reset_spent_time", Effect: tools.Deletes, Description: "Set the time spent on an issue to zero.", Verify: verify},
			c.ResetSpentTime, timesReset),
		tools.Read("gitlab_get_time_stats", "Return the time estimate of an issue and the time spent on it.",
			c.GetTimeStats, timeStats),
	}
}

// TimeStats are the times of an issue, as GitLab writes them.
type TimeStats struct {
	Estimate string `json:"time_estimate,omitempty" jsonschema_description:"Such as 3h 30m, or 0"`
	Spent    string `json:"time_spent,omitempty" jsonschema_description:"Such as 1h, or 0"`
}

// TimeStatsView is the result of reading the times of an issue.
type TimeStatsView struct {
	TimeStats
	tools.Notes
}

// TimeStatsWritten is the result of changing a time of an issue.
type TimeStatsWritten struct {
	IID int `json:"iid,omitempty" jsonschema_description:"The issue_iid"`
	TimeStats
	tools.Written
}

func timeStats(_ *api.IssueRef, s *api.TimeStats) *TimeStatsView {
	return &TimeStatsView{TimeStats: timesOf(s)}
}

func estimateSet(p *api.SetEstimateParams, s *api.TimeStats) *TimeStatsWritten {
	return timesReset(&p.IssueRef, s)
}

func spentTimeAdded(p *api.AddSpentTimeParams, s *api.TimeStats) *TimeStatsWritten {
	return timesReset(&p.IssueRef, s)
}

func timesReset(p *api.IssueRef, s *api.TimeStats) *TimeStatsWritten {
	v := &TimeStatsWritten{IID: p.IssueIID, TimeStats: timesOf(s)}
	v.Outcome, v.Warnings = tools.OutcomeOf(len(s.Ignored), len(s.Unknown)), ignored(&api.IssueChange{Result: s.Result})
	if len(s.Unknown) > 0 {
		v.Warnings = append(v.Warnings, tools.Unverified("GitLab", s.Unknown, s.ReadErr)+"; "+tools.CheckWith("gitlab_get_time_stats", s.ReadErr))
	}
	return v
}

// timesOf returns known times, also if they are zero.
func timesOf(s *api.TimeStats) TimeStats {
	stats := TimeStats{duration(s.Estimate.Known(), string(s.HumanEstimate)), duration(s.Spent.Known(), string(s.HumanSpent))}
	if stats.Estimate == "" && s.Estimate.Value != nil {
		stats.Estimate = "0"
	}
	if stats.Spent == "" && s.Spent.Value != nil {
		stats.Spent = "0"
	}
	return stats
}

// duration returns a time as GitLab writes it, or "" if it is zero or unknown.
func duration(seconds int, human string) string {
	if human == "" && seconds > 0 {
		return (time.Duration(seconds) * time.Second).String()
	}
	return human
}
