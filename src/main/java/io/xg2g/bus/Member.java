package io.xg2g.bus;

/** Membership of a handler in a group. A handler that subscribes twice has two. */
final class Member implements Subscription {
    final Handler handler;
    private final Group group;

    Member(Group group, Handler handler) {
        this.group = group;
        this.handler = handler;
    }

    Group group() {
        return group;
    }

    @Override
    public void unsubscribe() {
        group.topic.unsubscribe(this);
    }
}
