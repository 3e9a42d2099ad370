package rest

import "time"

// MaxWait returns the maximum time a call may spend on rate limiting and
// retries.
func (c *Client) MaxWait() time.Duration { return max(c.maxWait, 0) }

// MaxDuration returns how long a call of one request may take: Config.Timeout
// and MaxWait together. It is 0 if Timeout is unlimited.
func (c *Client) MaxDuration() time.Duration {
	if c.timeout <= 0 {
		return 0
	}
	return c.timeout + c.MaxWait()
}
