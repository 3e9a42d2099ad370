package rest

import "time"

// MaxDuration returns how long a call of one request may take: Config.Timeout
// and MaxWait together. It is 0 if Timeout is unlimited.
func (c *Client) MaxDuration() time.Duration {
	if c.timeout <= 0 {
		return 0
	}
	return c.timeout + max(c.maxWait, 0)
}
