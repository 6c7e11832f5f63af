package io.xg2g.bus;

/** A handler in its group. The same handler subscribed twice is two members. */
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
