package gitlab

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
)

// pause returns for how long a response allows no further request.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/administration/settings/user_and_ip_rate_limits.html
func pause(status int, header http.Header) time.Duration {
	now := time.Now()
	if status == http.StatusTooManyRequests {
		if wait, found := rest.RetryAfter(header, now); found {
			return wait
		}
	}
	// Limits of certain paths, such as those of packages, have names of their own.
	name := header.Get("RateLimit-Name")
	if header.Get("RateLimit-Remaining") != "0" || name != "" && !strings.HasSuffix(name, "authenticated_api") {
		return 0
	}
	return rest.UntilReset(header, "RateLimit-Reset", now)
}

// pageInfo returns what the header of a page reports of the whole list. Of one with
// more than 10,000 rows it is only whether another page follows.
//
// GitLab documentation:
// https://docs.gitlab.cn/jh/api/rest/#pagination
func pageInfo(header http.Header) rest.PageInfo {
	info := rest.PageInfo{Total: countIn(header, "X-Total"), Last: countIn(header, "X-Total-Pages")}
	if next, found := header["X-Next-Page"]; found && strings.TrimSpace(next[0]) == "" {
		info.More = new(false)
	} else if number := countIn(header, "X-Next-Page"); number != nil && *number > 0 {
		info.More = new(true)
	}
	if len(header.Values("Link")) > 0 { // some proxies remove X- headers
		links := rest.LinkInfo(header)
		if info.More == nil {
			info.More = links.More
		}
		if info.Last == nil {
			info.Last = links.Last
		}
	}
	return info
}

// countIn returns the number in a header, or nil if there is none.
func countIn(header http.Header, name string) *int {
	number, err := strconv.Atoi(strings.TrimSpace(header.Get(name)))
	const most = 1_000_000_000 // so that no sum overflows
	if err != nil || number < 0 || number > most {
		return nil
	}
	return &number
}
