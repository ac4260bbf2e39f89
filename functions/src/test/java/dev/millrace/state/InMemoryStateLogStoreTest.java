package dev.millrace.state;

class InMemoryStateLogStoreTest extends StateLogContract {
    private final StateLogStore store = new InMemoryStateLogStore();

    @Override
    protected StateLogStore store() {
        return store;
    }
}
