package main

import "time"

// resultChannel stops waiting for goroutines that send on a channel with and without a buffer, and counts those that stay.
func resultChannel() {
	for _, size := range []int{1, 0} {
		for range requestsAtOnce {
			result := make(chan int, size)
			release := make(chan bool)
			go answerLater(release, result)
			select {
			case <-result:
			case <-time.After(time.Millisecond):
			}
			close(release)
		}
		if size > 0 {
			eventually(func() bool { return running(answering) == 0 })
			say("buffered", running(answering))
		} else {
			time.Sleep(limit)
			say("unbuffered", running(answering))
		}
	}
}

const answering = "main.answerLater"

func answerLater(release <-chan bool, result chan<- int) {
	<-release
	result <- 1
}
