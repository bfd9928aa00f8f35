// flags: -march=i686
// A balanced search tree (treap): insertion, look-up, deletion, and a walk in order, by recursion and pointers.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct node {
    struct node *left, *right;
    uint32_t key, priority, count;
};

static uint32_t state = 12345;

static uint32_t next(void) {
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
}

static struct node *insert(struct node *root, uint32_t key) {
    if (!root) {
        struct node *node = calloc(1, sizeof *node);
        node->key = key;
        node->priority = next();
        node->count = 1;
        return node;
    }
    if (key == root->key) {
        root->count++;
    } else if (key < root->key) {
        struct node *child = root->left = insert(root->left, key);
        if (child->priority > root->priority) {
            root->left = child->right;
            child->right = root;
            return child;
        }
    } else {
        struct node *child = root->right = insert(root->right, key);
        if (child->priority > root->priority) {
            root->right = child->left;
            child->left = root;
            return child;
        }
    }
    return root;
}

static struct node *merge(struct node *a, struct node *b) {
    if (!a) return b;
    if (!b) return a;
    if (a->priority > b->priority) {
        a->right = merge(a->right, b);
        return a;
    }
    b->left = merge(a, b->left);
    return b;
}

static void erase(struct node **at, uint32_t key) {
    while (*at && (*at)->key != key) at = key < (*at)->key ? &(*at)->left : &(*at)->right;
    struct node *node = *at;
    if (!node) return;
    *at = merge(node->left, node->right);
    free(node);
}

static uint32_t walk(const struct node *root, uint32_t sum) {
    if (!root) return sum;
    sum = walk(root->left, sum) * 31 + root->key * root->count;
    return walk(root->right, sum);
}

int main(void) {
    struct node *root = NULL;
    uint32_t sum = 0, found = 0;
    for (int round = 0; round < 12; round++) {
        for (int i = 0; i < 40000; i++) root = insert(root, next() % 30011);
        for (int i = 0; i < 300000; i++) {
            uint32_t key = next() % 30011;
            const struct node *node = root;
            while (node && node->key != key) node = key < node->key ? node->left : node->right;
            found += node ? node->count : 0;
        }
        for (int i = 0; i < 20000; i++) erase(&root, next() % 30011);
        sum = walk(root, sum);
    }
    printf("%08x %u\n", sum, found);
    return 0;
}
