using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace UserDomain.IdentityStore.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class UsersByWhatTheyAreCalled : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // For searches by how a name or address begins: LIKE goes by an index of this kind in any locale, and by no other. A search reads nothing but the index, so in each
            // is the name by which it is sorted, and the column of the expression as well. The model has no words for this.
            migrationBuilder.Sql("CREATE INDEX ix_users_user_name_prefix ON identity.users (normalized_user_name text_pattern_ops) INCLUDE (id)");
            migrationBuilder.Sql("CREATE INDEX ix_users_email_prefix ON identity.users (normalized_email text_pattern_ops) INCLUDE (id, normalized_user_name)");
            migrationBuilder.Sql("CREATE INDEX ix_users_display_name_prefix ON identity.users (upper(display_name) text_pattern_ops) INCLUDE (id, display_name, normalized_user_name)");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP INDEX identity.ix_users_user_name_prefix, identity.ix_users_email_prefix, identity.ix_users_display_name_prefix");
        }
    }
}
