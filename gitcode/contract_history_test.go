package gitcode_test

import "gitcode.com/gitcode-mcp/gitcode-mcp/gitcode"

// historyOperations are those about reactions and revisions.
func historyOperations() []contractOperation {
	type (
		issue          = gitcode.ListIssueReactionsParams
		comment        = gitcode.ListCommentReactionsParams
		issueHistory   = gitcode.GetIssueHistoryParams
		commentHistory = gitcode.GetCommentHistoryParams
	)
	page, rows := gitcode.ReactionFilter{EmojiName: "like", Paging: contractPage}, gitcode.ReactionFilter{Paging: contractRows}
	rest, one := gitcode.RevisionPaging{Page: 2, Offset: 3}, gitcode.RevisionPaging{RowLimit: gitcode.RowLimit{Limit: 1}}
	edited := gitcode.CommentRef{RepoRef: contractRepo, ID: 340042} // on issue 2
	return []contractOperation{
		calls("ListIssueReactions", "GET /repos/{owner}/{repo}/issues/{number}/user_reactions", (*gitcode.Client).ListIssueReactions,
			example[issue]{name: "page", params: issue{IssueRef: contractIssue, ReactionFilter: page}, want: map[string]string{"emoji_name": "like", "page": "2"}},
			example[issue]{name: "limit", params: issue{IssueRef: contractIssue, ReactionFilter: rows}}),
		calls("ListCommentReactions", "GET /repos/{owner}/{repo}/issues/comment/{comment_id}/user_reactions", (*gitcode.Client).ListCommentReactions,
			example[comment]{name: "page", params: comment{CommentRef: edited, ReactionFilter: page}, want: map[string]string{"emoji_name": "like", "page": "2"}},
			example[comment]{name: "limit", params: comment{CommentRef: edited, ReactionFilter: rows}}),
		calls("GetIssueHistory", "GET /repos/{owner}/{repo}/issues/{number}/modify_history", (*gitcode.Client).GetIssueHistory,
			example[issueHistory]{name: "page", params: issueHistory{IssueRef: contractIssue, RevisionPaging: rest}},
			example[issueHistory]{name: "limit", params: issueHistory{IssueRef: contractIssue, RevisionPaging: one}}),
		calls("GetCommentHistory", "GET /repos/{owner}/{repo}/issues/comment/{comment_id}/modify_history", (*gitcode.Client).GetCommentHistory,
			example[commentHistory]{name: "page", params: commentHistory{CommentRef: edited, RevisionPaging: rest}},
			example[commentHistory]{name: "limit", params: commentHistory{CommentRef: edited, RevisionPaging: one}}),
	}
}
