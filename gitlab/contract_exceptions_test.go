package gitlab_test

// requestExceptions are where the requests are not as a description says.
var requestExceptions = []exception{
	{generated, `^POST .*/(subscribe|unsubscribe|todo|notes): POST .* is not described$`, "the description lacks the operation"},
	{"", `^GET /(users|projects/\{id\}): GET .* is not described$`, "a lookup, which other pages document"},
	{generated, `^GET .*/(labels|milestones|notes|notes/\{note_id\}): GET .* is not described$`, "a lookup, which other pages document"},

	{"", `the query parameter not\[(search|in|my_reaction_emoji)\] is not described$`, "the documentation's pages of the lists of a group and of a project have it"},
	{generated, `(related_merge_requests|closed_by|participants): the query parameter (page|per_page) is not described$`, "all lists have pages"},
	{documented, `the query parameter (page|per_page) is not described$`, "all lists have pages"},
	{documented, `the query parameter health_status is not described$`, "only the generated description and the pages have it"},
	{documented, `notes: the query parameter activity_filter is not described$`, "it is newer than this description, and older versions ignore it"},
	{generated, `add_spent_time: body.summary is not described$`, "the documentation's pages and the other description have it"},

	{"", `query (assignee_id|epic_id|iteration_id|weight): value (None|Any): an invalid integer`, "the documentation allows None and Any"},
	{generated, `: request /(labels|add_labels|remove_labels): value must be an array$`, "the documentation and the other description have a text with commas; GitLab accepts both"},
	{"", `^PUT .*: request /weight: Value is not nullable$`, "null clears the weight"},
}

// responseExceptions are where the responses of the sandbox are not as a description
// says.
var responseExceptions = []exception{
	{documented, `^POST .*: status is not supported$`, "the description has only the status 200; what creates responds with 201, and what already is so with 304"},
	{documented, `^DELETE .*: status is not supported$`, "the description has only the status 200; it is 204"},
	{generated, `^DELETE .*/metric_images/\{image_id\}: status is not supported$`, "the description has 200, the documentation 204"},
	{generated, `^POST .*/(time_estimate|reset_time_estimate|reset_spent_time): status is not supported$`, "the description has 201; GitLab responds with 200, as to add_spent_time with 201"},
	{documented, `^PUT .*/reorder: a response with status 200 has no body$`, "the description shows no response"},
	{generated, `^GET .*/metric_images: a response with status 200 has no body$`, "the description shows no response"},
	{documented, `^GET .*/(milestones|notes|metric_images): response\[\d+\]\..* is not described$`, "members that are newer than the description"},
}
